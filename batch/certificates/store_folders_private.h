#ifndef BATCH_CERTIFICATES_STORE_FOLDERS_PRIVATE_H
#define BATCH_CERTIFICATES_STORE_FOLDERS_PRIVATE_H

#include "certificates/store_folders.h"

#include <stddef.h>

/* For store_target.c alone. */

#define STORE_FOLDER_MARK ".pfxreplace-"

/* The names of a folder that have the mark, sorted by their bytes; some may be gone. */
struct store_names;

/* Calls each() with the names of an open folder that have the mark; it may remove them. -1 and
 * errno. */
int store_folder_each(int folder, void (*each)(void *closure, const char *name), void *closure);

/* The names of an open folder, read at the first call. NULL and errno. They live as long as the
 * folders. */
struct store_names *store_folders_names(struct store_folders *, int folder);
/* Adds one that was made. -1: no memory. */
int store_names_add(struct store_names *, const char *name);
/* The place of the first one that is not before the text. */
size_t store_names_from(const struct store_names *, const char *text);
size_t store_names_count(const struct store_names *);
const char *store_names_get(const struct store_names *, size_t i);

#endif
