#ifndef TESTS_REPORT_EXPOSITION_H
#define TESTS_REPORT_EXPOSITION_H

/*
 * A strict reader of the text format of Prometheus, version 0.0.4. It takes what the format says
 * and nothing that agents forgive: one HELP and one TYPE a metric, both before its samples, all
 * lines of a metric together, one blank between words, no sample twice, UTF-8, an end of line after
 * the last line.
 */

#include "utf8.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPOSITION_MOST 64
#define EXPOSITION_NAME 128

struct exposition_sample {
	char name[EXPOSITION_NAME];
	char labels[EXPOSITION_NAME]; /* as written, without the braces; "": none */
	double value;
};

struct exposition {
	const char *at;    /* what is left */
	const char *wrong; /* what the text breaks; NULL: nothing */
	struct exposition_sample samples[EXPOSITION_MOST];
	size_t count;
	char metrics[EXPOSITION_MOST][EXPOSITION_NAME]; /* in the order of their first lines */
	size_t metric_count;
	bool help, type; /* of the last of them */
	bool sampled;    /* the last of them has samples */
};

static inline bool
exposition_fail(struct exposition *text, const char *wrong)
{
	if (text->wrong == NULL)
		text->wrong = wrong;
	return false;
}

static inline bool
exposition_take(struct exposition *text, const char *token)
{
	if (strncmp(text->at, token, strlen(token)) != 0)
		return false;
	text->at += strlen(token);
	return true;
}

/* [a-zA-Z_:][a-zA-Z0-9_:]*, without the colon for a label. */
static inline bool
exposition_name(struct exposition *text, bool label, char name[EXPOSITION_NAME])
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
				      "0123456789:";
	size_t length = 0;

	while (text->at[length] != '\0' && strchr(letters, text->at[length]) != NULL &&
	       !(label && text->at[length] == ':'))
		length++;
	if (length == 0 || (text->at[0] >= '0' && text->at[0] <= '9'))
		return exposition_fail(text, "a name");
	if (length >= EXPOSITION_NAME)
		return exposition_fail(text, "a name that is too long for this test");
	memcpy(name, text->at, length);
	name[length] = '\0';
	text->at += length;
	return true;
}

/* The metric of a line: the last one again, or a new one, which no line had before. */
static inline bool
exposition_metric(struct exposition *text, const char *name)
{
	size_t last = text->metric_count;

	if (last > 0 && strcmp(text->metrics[last - 1], name) == 0)
		return true;
	for (size_t i = 0; i < last; i++)
		if (strcmp(text->metrics[i], name) == 0)
			return exposition_fail(text, "lines of one metric apart");
	if (last == EXPOSITION_MOST)
		return exposition_fail(text, "too many metrics for this test");
	memmove(text->metrics[text->metric_count++], name, strlen(name) + 1);
	text->help = text->type = text->sampled = false;
	return true;
}

/* Up to the end of the line; only \\ and \n are escapes. */
static inline bool
exposition_help(struct exposition *text)
{
	for (; *text->at != '\n'; text->at++) {
		if (*text->at == '\0')
			return exposition_fail(text, "no end of line");
		if (*text->at == '\\' && *++text->at != '\\' && *text->at != 'n')
			return exposition_fail(text, "an escape in HELP");
	}
	text->at++;
	return true;
}

static inline bool
exposition_type(struct exposition *text)
{
	static const char *const types[] = {
	    "counter\n", "gauge\n", "histogram\n", "summary\n", "untyped\n"};

	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (exposition_take(text, types[i]))
			return true;
	return exposition_fail(text, "a type");
}

/* After "# HELP " or "# TYPE ". */
static inline bool
exposition_head(struct exposition *text, bool help)
{
	char name[EXPOSITION_NAME];
	bool *seen = help ? &text->help : &text->type;

	if (!exposition_name(text, false, name) || !exposition_metric(text, name))
		return false;
	if (*seen)
		return exposition_fail(text, "HELP or TYPE twice");
	if (text->sampled)
		return exposition_fail(text, "HELP or TYPE after a sample");
	*seen = true;
	if (!exposition_take(text, " "))
		return exposition_fail(text, "a blank after the name");
	return help ? exposition_help(text) : exposition_type(text);
}

/* After its first quote. */
static inline bool
exposition_value(struct exposition *text)
{
	for (; *text->at != '"'; text->at++) {
		if (*text->at == '\0' || *text->at == '\n')
			return exposition_fail(text, "a value of a label without its end");
		if (*text->at == '\\' && strchr("\\\"n", *++text->at) == NULL)
			return exposition_fail(text, "an escape in a label");
	}
	text->at++;
	return true;
}

/* After the brace. */
static inline bool
exposition_labels(struct exposition *text, char labels[EXPOSITION_NAME])
{
	const char *begin = text->at;
	char name[EXPOSITION_NAME];

	do {
		if (!exposition_name(text, true, name))
			return false;
		if (!exposition_take(text, "=\""))
			return exposition_fail(text, "a label without a value");
		if (!exposition_value(text))
			return false;
	} while (exposition_take(text, ","));
	snprintf(labels, EXPOSITION_NAME, "%.*s", (int)(text->at - begin), begin);
	return exposition_take(text, "}") || exposition_fail(text, "no brace after the labels");
}

/* As Go's ParseFloat, without the forms that C has and Go has not. */
static inline bool
exposition_number(struct exposition *text, double *value)
{
	char *end;

	if (strspn(text->at, "+-.0123456789") == 0 && strncmp(text->at, "NaN", 3) != 0)
		return exposition_fail(text, "a number");
	*value = strtod(text->at, &end);
	if (end == text->at || memchr(text->at, 'x', (size_t)(end - text->at)) != NULL)
		return exposition_fail(text, "a number");
	text->at = end;
	return true;
}

/* NAME[{LABEL="VALUE",...}] NUMBER; a time after it is not what a file may have. */
static inline bool
exposition_sample(struct exposition *text)
{
	struct exposition_sample *sample = &text->samples[text->count];

	if (text->count == EXPOSITION_MOST)
		return exposition_fail(text, "too many samples for this test");
	if (!exposition_name(text, false, sample->name) || !exposition_metric(text, sample->name))
		return false;
	sample->labels[0] = '\0';
	if (exposition_take(text, "{") && !exposition_labels(text, sample->labels))
		return false;
	if (!exposition_take(text, " "))
		return exposition_fail(text, "a blank before the number");
	if (!exposition_number(text, &sample->value))
		return false;
	if (!exposition_take(text, "\n"))
		return exposition_fail(text, "no end of line");
	for (size_t i = 0; i < text->count; i++)
		if (strcmp(text->samples[i].name, sample->name) == 0 &&
		    strcmp(text->samples[i].labels, sample->labels) == 0)
			return exposition_fail(text, "a sample twice");
	text->sampled = true;
	text->count++;
	return text->help && text->type ? true : exposition_fail(text, "no HELP or no TYPE");
}

/* Whether all of it is right; else text->wrong says what is not. */
static inline bool
exposition_read(struct exposition *text, const char *bytes, size_t length)
{
	bool good = true;

	*text = (struct exposition){.at = bytes};
	if (strlen(bytes) != length || utf8_valid(bytes, length) != length)
		return exposition_fail(text, "not UTF-8");
	while (good && *text->at != '\0') {
		if (exposition_take(text, "# HELP "))
			good = exposition_head(text, true);
		else if (exposition_take(text, "# TYPE "))
			good = exposition_head(text, false);
		else
			good = exposition_sample(text);
	}
	return good;
}

/* The value of a sample; NAN when there is none. */
static inline double
exposition_get(const struct exposition *text, const char *name, const char *labels)
{
	for (size_t i = 0; i < text->count; i++)
		if (strcmp(text->samples[i].name, name) == 0 &&
		    strcmp(text->samples[i].labels, labels) == 0)
			return text->samples[i].value;
	return (double)NAN;
}

#endif
