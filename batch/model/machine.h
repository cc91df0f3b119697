#ifndef BATCH_MODEL_MACHINE_H
#define BATCH_MODEL_MACHINE_H

#include <stdbool.h>

/*
 * Whether the ClientMachine of a store names this host: the same name without regard to case or,
 * where one of the two has no dot, the same first label. `|LocalMachine` at its end is no part of
 * the name. NULL and "" name none.
 */
bool machine_is(const char *client_machine, const char *host);

#endif
