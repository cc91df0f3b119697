#ifndef BATCH_RECONCILE_FINDING_H
#define BATCH_RECONCILE_FINDING_H

#include "database/reconcile.h"

/*
 * The word of a finding, and sentences: what it means, why it exists and what to do. For a number
 * that is none: "unknown".
 */
const char *finding_word(enum finding);
const char *finding_text(enum finding);
const char *finding_why(enum finding);
const char *finding_remedy(enum finding);

#endif
