#ifndef TESTS_CERTIFICATES_STORE_SWAP_FIXTURE_H
#define TESTS_CERTIFICATES_STORE_SWAP_FIXTURE_H

#include "certificates/store_swap.h"

#include "fault.h"
#include "scratch.h"

/* A swap of files in a scratch folder, and what its check() saw. Included by suites; inline, so
 * that none has to use all of it. */

static char folder[64];
static struct file_root root;
static struct store_swap swap;
static struct install_reason reason;
static bool is_open, has_changed;

static inline void
enter(void)
{
	scratch_enter(folder);
	root = FILE_ROOT_NONE;
	memset(&fault, 0, sizeof(fault));
	umask(022);
}

static inline void
close_swap(void)
{
	if (is_open)
		store_swap_close(&swap);
	is_open = false;
}

static inline void
leave(void)
{
	memset(&fault, 0, sizeof(fault));
	close_swap();
	file_root_close(&root);
	scratch_leave(folder);
}

/* "good", or the word and the text of the reason, in which the folder is DIR. Static. */
static inline const char *
said(int rc)
{
	static char text[700];
	const char *word = install_word(reason.why), *at = strstr(reason.text, folder);

	if (rc == 0)
		return "good";
	ck_assert_int_eq(rc, -1);
	if (at == NULL)
		snprintf(text, sizeof(text), "%s: %s", word, reason.text);
	else
		snprintf(text, sizeof(text), "%s: %.*sDIR%s", word, (int)(at - reason.text),
		    reason.text, at + strlen(folder));
	return text;
}

/* The paths are of the scratch folder. */
static inline const char *
open_swap_of(const char *path, const char *key_path, int64_t job, bool sweep)
{
	char whole[512], whole_key[512];
	const struct store_swap_wish wish = {.root = &root,
	    .path = path[0] == '/' ? path : whole,
	    .key_path = key_path == NULL ? NULL : whole_key,
	    .job = job};

	close_swap();
	snprintf(whole, sizeof(whole), "%s/%s", folder, path);
	snprintf(whole_key, sizeof(whole_key), "%s/%s", folder, key_path == NULL ? "" : key_path);
	reason = (struct install_reason){0};
	is_open = true;
	return said(store_swap_open(&swap, &wish, sweep, &reason));
}

static inline const char *
open_swap(const char *path)
{
	return open_swap_of(path, NULL, 7, true);
}

static inline const char *
open_pair(void)
{
	return open_swap_of("cert.pem", "key.pem", 7, true);
}

/* ---- what check() sees -------------------------------------------------------------------- */

static struct {
	int calls;
	int refuses;         /* at which call; 0: at none */
	void (*hook)(void);  /* called then; where it refuses none, at each */
	char seen[2][2][64]; /* by call: of the file, of the key's */
	char names[2][4096]; /* in the folder */
} watch;

static inline void
watch_keep(char *text, const struct file_bytes *file)
{
	if (file == NULL)
		snprintf(text, 64, "(none)");
	else
		snprintf(text, 64, "%.*s", (int)file->length, (const char *)file->bytes);
}

static inline int
watch_check(void *closure, const struct file_bytes *file, const struct file_bytes *key_file,
    struct install_reason *why)
{
	ck_assert_ptr_eq(closure, &watch);
	ck_assert_int_lt(watch.calls, 2);
	watch_keep(watch.seen[watch.calls][0], file);
	watch_keep(watch.seen[watch.calls][1], key_file);
	snprintf(watch.names[watch.calls], 4096, "%s", scratch_names("."));
	watch.calls++;
	if (watch.hook != NULL && (watch.calls == watch.refuses || watch.refuses == 0))
		watch.hook();
	if (watch.calls != watch.refuses)
		return 0;
	return install_refuse(why, INSTALL_PFX_MISMATCH, "refused");
}

/* Text NULL: the file is left as it is. */
static inline const char *
write_pair(const char *text, const char *key_text)
{
	const struct store_swap_new news[STORE_SWAP_FILES] = {
	    {text, text == NULL ? 0 : strlen(text), 0644},
	    {key_text, key_text == NULL ? 0 : strlen(key_text), 0600}};
	const struct store_swap_check check = {watch_check, &watch};

	watch.calls = 0;
	has_changed = true;
	reason = (struct install_reason){0};
	return said(store_swap_write(&swap, news, &check, &has_changed, &reason));
}

static inline const char *
write_swap(const char *text)
{
	return write_pair(text, NULL);
}

static inline const char *
restore(void)
{
	reason = (struct install_reason){0};
	return said(store_swap_restore(&swap, &reason));
}

static inline const char *
trim(size_t keep)
{
	reason = (struct install_reason){0};
	return said(store_swap_trim(&swap, keep, &reason));
}

static inline void
forget_watch(void)
{
	memset(&watch, 0, sizeof(watch));
}

static inline void
set_up(void)
{
	enter();
	forget_watch();
}

static inline void
be_pair(const char *text, const char *key_text)
{
	scratch_write("cert.pem", text);
	scratch_write("key.pem", key_text);
}

static inline void
assert_pair(const char *text, const char *key_text)
{
	ck_assert_str_eq(scratch_text("cert.pem"), text);
	ck_assert_str_eq(scratch_text("key.pem"), key_text);
}

#endif
