#ifndef BATCH_RUN_APPLY_SINK_H
#define BATCH_RUN_APPLY_SINK_H

#include "run/start.h"

/*
 * A manifest carried out: its rows are committed with their jobs, their refusals and the
 * checkpoint, a chunk in one transaction. A committed row is never done again: the same manifest
 * carries on after the checkpoint.
 */

/*
 * Carries a new or interrupted run on to its end. Opens apply->keyring where a password needs it;
 * discards apply->results and sets it NULL when it could not be written. 0 when the run is
 * finished. -1 and err otherwise; the run is then at its last checkpoint (ERROR_LIMIT:
 * --max-errors; ERROR_SIGNAL + n).
 */
int apply_carry_on(
    struct apply *, const struct manifest *, struct run *, struct tally *, struct error *);

#endif
