#ifndef BATCH_PROGRAM_HELP_H
#define BATCH_PROGRAM_HELP_H

#include "program/command.h"

/* Prints the help of a command, in lines of at most 80 columns: its words, its verbs, its options,
 * and that there are global ones. */
void help_print(FILE *, const struct command *);

#endif
