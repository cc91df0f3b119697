#ifndef BATCH_MODEL_AGENT_H
#define BATCH_MODEL_AGENT_H

#include <stdint.h>

/* The status of an agent: X(name, the server's own number, word) */
#define AGENT_STATUS_LIST(X)             \
	X(AGENT_NEW, 1, "New")           \
	X(AGENT_APPROVED, 2, "Approved") \
	X(AGENT_DISAPPROVED, 3, "Disapproved")

enum agent_status {
#define AGENT_ENUM(name, number, word) name = (number),
	AGENT_STATUS_LIST(AGENT_ENUM)
#undef AGENT_ENUM
};

/* NULL for a number that is none. */
const char *agent_status_word(int64_t status);

#endif
