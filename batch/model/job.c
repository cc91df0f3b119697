#include "model/job.h"

#include <stddef.h>
#include <strings.h>

static const char *const job_status_words[] = {
#define STATUS_WORD(name, number, word) [number] = (word),
    JOB_STATUS_LIST(STATUS_WORD)
#undef STATUS_WORD
};
#define STATUS_COUNT ((int64_t)(sizeof(job_status_words) / sizeof(job_status_words[0])))

static const char *const job_result_words[] = {
#define RESULT_WORD(name, number, word) [number] = (word),
    JOB_RESULT_LIST(RESULT_WORD)
#undef RESULT_WORD
};
#define RESULT_COUNT ((int64_t)(sizeof(job_result_words) / sizeof(job_result_words[0])))

#define JOB_WORD(name, number, word) word,
const char *const job_statuses[] = {JOB_STATUS_LIST(JOB_WORD) NULL};
const char *const job_results[] = {JOB_RESULT_LIST(JOB_WORD) NULL};
#undef JOB_WORD

const char *
job_status_word(int64_t status)
{
	return status >= 0 && status < STATUS_COUNT ? job_status_words[status] : NULL;
}

const char *
job_result_word(int64_t result)
{
	return result >= 0 && result < RESULT_COUNT ? job_result_words[result] : NULL;
}

/* The index of the word, in any case, or of the digit; -1: of neither. */
static int
job_parse(const char *text, const char *const *words, int64_t count)
{
	for (int i = 0; i < count; i++)
		if (words[i] != NULL &&
		    (strcasecmp(text, words[i]) == 0 || (text[0] == '0' + i && text[1] == '\0')))
			return i;
	return -1;
}

bool
job_status_parse(const char *text, enum job_status *status)
{
	int found = job_parse(text, job_status_words, STATUS_COUNT);

	if (found != -1)
		*status = (enum job_status)found;
	return found != -1;
}

bool
job_result_parse(const char *text, enum job_result *result)
{
	int found = job_parse(text, job_result_words, RESULT_COUNT);

	if (found != -1)
		*result = (enum job_result)found;
	return found != -1;
}
