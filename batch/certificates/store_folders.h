#ifndef BATCH_CERTIFICATES_STORE_FOLDERS_H
#define BATCH_CERTIFICATES_STORE_FOLDERS_H

/*
 * The folders that stores are in, and what replacements have left in them: names with .pfxreplace-
 * in them. Each folder is read once, for it may have thousands of stores; so only for as long as
 * nobody else replaces them.
 */
struct store_folders;

struct store_folders *store_folders_new(void);   /* NULL: no memory */
void store_folders_free(struct store_folders *); /* NULL is fine */

#endif
