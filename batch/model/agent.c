#include "model/agent.h"

#include <stddef.h>

static const char *const agent_status_words[] = {
#define AGENT_WORD(name, number, word) [number] = (word),
    AGENT_STATUS_LIST(AGENT_WORD)
#undef AGENT_WORD
};
#define AGENT_STATUS_COUNT ((int64_t)(sizeof(agent_status_words) / sizeof(agent_status_words[0])))

const char *
agent_status_word(int64_t status)
{
	return status >= 0 && status < AGENT_STATUS_COUNT ? agent_status_words[status] : NULL;
}
