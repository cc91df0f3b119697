#ifndef BATCH_IMPORT_CERTIFICATE_FILE_H
#define BATCH_IMPORT_CERTIFICATE_FILE_H

#include "error.h"
#include "input/source.h"

#include <stdbool.h>

/* Files of certificates: PEM, DER and PKCS#12, and folders of them. */

enum import_form { FORM_RECORDS, FORM_PEM, FORM_DER, FORM_PKCS12 };

/* FORM_RECORDS for any other word. */
enum import_form import_form_parse(const char *word);

struct import;

/* What a file is: as the options say, else by its name or its first bytes. -1 and err where these
 * cannot be read. */
int import_form_of(
    const struct import *, const struct source *, enum import_form *, struct error *);

/*
 * Reads the certificates of a file, which are kept until import_found_load(). Faults of the file
 * are reported. A file without a certificate is a fault or, where empty is not NULL, makes it true.
 * -1 and err.
 */
int import_certificate_file(
    struct import *, const struct source *, enum import_form, bool *empty, struct error *);

/* Whether the path is a folder whose files are to be read; reads them, in the order of their names,
 * and those of the folders in it. -1 and err. */
bool import_is_folder(const struct import *, const char *path);
int import_folder(struct import *, const char *path, struct error *);

#endif
