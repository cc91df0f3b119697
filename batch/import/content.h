#ifndef BATCH_IMPORT_CONTENT_H
#define BATCH_IMPORT_CONTENT_H

#include "certificates/certificate.h"
#include "import/kind.h"

/*
 * Sets the values, in the order of enum import_certificate, of which the certificate itself
 * decides. The others stay as they are. Texts live as long as the certificate and `names`, which is
 * cleared first, and has `failed` set where there is no memory.
 */
void import_certificate_values(
    const struct certificate *, struct buffer *names, struct load_value *values);

#endif
