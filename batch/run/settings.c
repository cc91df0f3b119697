#include "run/settings.h"

#include "buffer.h"
#include "timestamp.h"

#include <stdlib.h>
#include <string.h>

const char *const settings_pendings[] = {"refuse", "keep", "supersede", NULL};
const char *const settings_encodings[] = {
    "auto", "utf-8", "utf-16", "windows-1252", "latin1", NULL};

_Static_assert(PENDING_REFUSE == 0 && PENDING_KEEP == 1 && PENDING_SUPERSEDE == 2,
    "the order of settings_pendings");

static void
settings_add_codes(struct buffer *text, const char *name, uint64_t set)
{
	bool first = true;

	buffer_addf(text, "%s=", name);
	for (int i = 0; i < CODE_COUNT; i++) {
		if ((set & CODE_BIT(i)) == 0)
			continue;
		buffer_addf(text, "%s%s", first ? "" : ",", code_word((enum code)i));
		first = false;
	}
	buffer_add_string(text, "\n");
}

/* Sorted, each once: their order and their number on the command line mean nothing. */
static void
settings_add_ignored(struct buffer *text, const struct text_list *ignore)
{
	const char *const *items = ignore->items;
	size_t count = ignore->count, last = count, next;

	for (;; last = next) {
		next = count;
		for (size_t i = 0; i < count; i++)
			if ((last == count || strcmp(items[i], items[last]) > 0) &&
			    (next == count || strcmp(items[i], items[next]) < 0))
				next = i;
		if (next == count)
			return;
		buffer_addf(text, "%s%s", last == count ? "" : ",", items[next]);
	}
}

enum pending
settings_pending(const struct settings *settings, bool is_rejects)
{
	if (settings->has_pending)
		return settings->policy.pending;
	return is_rejects ? PENDING_KEEP : PENDING_REFUSE;
}

char *
settings_text(
    const struct settings *settings, enum format format, char delimiter, enum pending pending)
{
	const struct policy *policy = &settings->policy;
	char start[TIMESTAMP_SIZE], end[TIMESTAMP_SIZE];
	struct buffer text = {0};
	char *copy = NULL;

	settings_add_codes(&text, "allow", policy->allow);
	settings_add_codes(&text, "deny", policy->deny);
	buffer_add_string(&text, "window=");
	if (policy->has_window)
		buffer_addf(&text, "%s/%s", timestamp_format(policy->window_start, start),
		    timestamp_format(policy->window_end, end));
	buffer_addf(&text, "\npending=%s\nignore=", settings_pendings[pending]);
	settings_add_ignored(&text, &settings->ignore);
	buffer_add_string(&text, "\nmax-jobs-per-row=");
	if (policy->most_jobs != 0)
		buffer_addf(&text, "%llu", (unsigned long long)policy->most_jobs);
	buffer_addf(&text, "\nformat=%s\ndelimiter=", format_word(format));
	if (delimiter == '\t')
		buffer_add_string(&text, "tab");
	else if (delimiter != '\0')
		buffer_add(&text, &delimiter, 1);
	buffer_addf(&text, "\nencoding=%s", settings_encodings[settings->encoding]);
	/* The last one, and only where it is set: earlier versions wrote none. */
	buffer_add_string(&text, settings->strict ? "\nstrict=yes\n" : "\n");
	if (!text.failed)
		copy = strdup(text.bytes);
	buffer_release(&text);
	return copy;
}

enum pending
settings_recorded_pending(const char *text, enum pending otherwise)
{
	static const char name[] = "\npending=";
	const char *line = strstr(text, name);
	const char *word = line == NULL ? "" : line + sizeof(name) - 1;
	size_t length = strcspn(word, "\n");

	for (int i = 0; settings_pendings[i] != NULL; i++)
		if (strlen(settings_pendings[i]) == length &&
		    memcmp(settings_pendings[i], word, length) == 0)
			return (enum pending)i;
	return otherwise;
}

/* Copies the value of a line NAME=VALUE, or "" where it has none. */
static void
settings_copy_value(char to[SETTING_SIZE], const char *line, size_t length)
{
	const char *equals = memchr(line, '=', length);

	if (equals == NULL)
		to[0] = '\0';
	else
		snprintf(to, SETTING_SIZE, "%.*s", (int)(length - (size_t)(equals + 1 - line)),
		    equals + 1);
}

bool
settings_differ(const char *was, const char *is, struct setting_difference *difference)
{
	while (*was != '\0' || *is != '\0') {
		size_t was_length = strcspn(was, "\n"), is_length = strcspn(is, "\n");
		const char *named = *was != '\0' ? was : is;

		if (was_length != is_length || memcmp(was, is, was_length) != 0) {
			snprintf(difference->name, SETTING_SIZE, "%.*s", (int)strcspn(named, "=\n"),
			    named);
			settings_copy_value(difference->was, was, was_length);
			settings_copy_value(difference->is, is, is_length);
			return true;
		}
		was += was_length + (was[was_length] == '\n');
		is += is_length + (is[is_length] == '\n');
	}
	return false;
}
