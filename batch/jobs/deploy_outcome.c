#include "jobs/deploy.h"

static const char *const deploy_outcomes[DEPLOY_OUTCOMES] = {
#define DEPLOY_OUTCOME_WORD(name, word) [DEPLOY_##name] = (word),
    DEPLOY_OUTCOME_LIST(DEPLOY_OUTCOME_WORD)
#undef DEPLOY_OUTCOME_WORD
};

const char *
deploy_outcome_word(enum deploy_outcome outcome)
{
	return (unsigned)outcome < DEPLOY_OUTCOMES ? deploy_outcomes[outcome] : "unknown";
}

bool
deploy_is_well(const struct deploy_counts *counts, bool restored)
{
	const uint64_t *outcomes = counts->outcomes;

	return outcomes[DEPLOY_WARNED] + outcomes[DEPLOY_FAILED] + outcomes[DEPLOY_LEFT] +
		       outcomes[DEPLOY_LOST] ==
		   0 &&
	       (restored || outcomes[DEPLOY_PUT_BACK] == 0);
}
