#ifndef BATCH_PROGRAM_ASK_H
#define BATCH_PROGRAM_ASK_H

#include "program/context.h"

/* A question to the person at the terminal. */

/* Whether there is one: standard input and standard error are terminals. */
bool ask_can(void);

enum answer { ANSWER_NO, ANSWER_YES, ANSWER_STOPPED };
/* Prints the question on standard error and reads a line: "y" or "yes", in any case, is yes; all
 * else, and the end of the input, is no. ANSWER_STOPPED: a signal came. */
enum answer ask(const struct context *, const char *question);

#endif
