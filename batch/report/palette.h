#ifndef BATCH_REPORT_PALETTE_H
#define BATCH_REPORT_PALETTE_H

/*
 * The colours of a page. X(name, in a light scheme, in a dark one). The style has each as the
 * property --NAME, and no colour of its own. A tone has the name of its class (report/tone.h).
 */
#define PALETTE_LIST(X)                       \
	X(ground, "#ffffff", "#10151b")       \
	X(panel, "#f3f5f7", "#1a222b")        \
	X(ink, "#18202a", "#e8edf2")          \
	X(dim, "#4b5663", "#a9b4c0")          \
	X(rule, "#d3d9df", "#333e4a")         \
	X(axis, "#78838f", "#7a8693")         \
	X(link, "#0a58ca", "#7db8ff")         \
	X(well, "#0f766e", "#3fc1a8")         \
	X(pending, "#8a5a00", "#e0ab45")      \
	X(bad, "#c02626", "#ff7d74")          \
	X(settled, "#56616d", "#97a3b0")      \
	X(well_tint, "#e3f4f1", "#112a28")    \
	X(pending_tint, "#fdf3dc", "#2e2411") \
	X(bad_tint, "#fdeaea", "#3b1719")     \
	X(settled_tint, "#eceff2", "#222b34")

/*
 * What the style puts on what. X(what is on it, what is below, the least ratio of WCAG 2.2 in
 * tenths): 1.4.3 asks 4.5 of text, 1.4.11 asks 3 of what must be seen to be understood. `rule`
 * separates what space separates too, and needs none.
 */
#define CONTRAST_LIST(X)             \
	X(ink, ground, 45)           \
	X(ink, panel, 45)            \
	X(dim, ground, 45)           \
	X(dim, panel, 45)            \
	X(link, ground, 45)          \
	X(link, panel, 45)           \
	X(ground, link, 45)          \
	X(ink, well_tint, 45)        \
	X(ink, pending_tint, 45)     \
	X(ink, bad_tint, 45)         \
	X(ink, settled_tint, 45)     \
	X(well, ground, 45)          \
	X(pending, ground, 45)       \
	X(bad, ground, 45)           \
	X(settled, ground, 45)       \
	X(well, panel, 30)           \
	X(pending, panel, 30)        \
	X(bad, panel, 30)            \
	X(settled, panel, 30)        \
	X(well, well_tint, 30)       \
	X(pending, pending_tint, 30) \
	X(bad, bad_tint, 30)         \
	X(settled, settled_tint, 30) \
	X(axis, ground, 30)

#endif
