#include "model/job_record.h"

#include <string.h>

bool
job_state_is_active(const struct job_state *is)
{
	return is->status == JOB_WAITING || is->status == JOB_IN_PROCESS ||
	       is->status == JOB_WILL_RETRY;
}

bool
job_claim_is(const struct job_state *is, const unsigned char *claim)
{
	return is->has_claim && claim != NULL && memcmp(is->claim, claim, JOB_CLAIM_SIZE) == 0;
}
