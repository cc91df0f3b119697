#ifndef BATCH_DATABASE_FILES_H
#define BATCH_DATABASE_FILES_H

#include "error.h"

#include <stdbool.h>

/*
 * The files of a database: it, what SQLite keeps beside it, and how many names it has. A journal
 * and a lock lie beside one name: under another name of the same file they are not found.
 */

/* Why this cannot be the path of a database, as a sentence that follows it; NULL when it can. */
const char *files_fault(const char *database);

/* Likewise of its key file. */
const char *files_key_fault(const char *database, const char *key);

enum files_use {
	FILES_READ,  /* refused only where a journal could lie beside a name that we do not know */
	FILES_LOCK,  /* refused where it has several names, but those that a killed `init` left */
	FILES_WRITE, /* likewise, and those are removed */
};

/*
 * Looks at them before SQLite or anybody else opens one: only regular files with one name each.
 * -1 and err (ERROR_STORAGE), which names the file.
 */
int files_verify(const char *database, enum files_use, struct error *);

/* Whether a name is BASE.init-NUMBER, and what may follow that, as `init` names what it makes. */
bool files_is_making(const char *name, const char *base);

/* Why a file that is not regular, or has several names, is none of ours. Returns -1. */
struct stat;
int files_refuse(const char *path, const struct stat *, const char *expected, struct error *);

#endif
