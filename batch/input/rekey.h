#ifndef BATCH_INPUT_REKEY_H
#define BATCH_INPUT_REKEY_H

#include "input/keyring.h"

/* A new key for what is sealed in a database. */

struct rekey_outcome {
	uint64_t data_keys;   /* that are sealed with the new key */
	uint64_t passwords;   /* of earlier versions, that have a data key now */
	bool finished;        /* an earlier one was cut off, and only its end was left to do */
	bool has_other_names; /* the old key file has: there it stays */
};

/*
 * Makes the new key beside the key file, as NAME.new; seals with it what the old one has sealed, in
 * one transaction; and puts it in the place of the key file. Whenever it is cut off, what is there
 * opens the database (keyring_open()), and the next one finishes. Call it under the writer's lock.
 * 0, or -1 and err.
 */
int rekey_database(
    const struct context *, struct database *, struct rekey_outcome *, struct error *);

#endif
