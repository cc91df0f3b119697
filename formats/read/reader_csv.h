#ifndef FORMATS_READER_CSV_H
#define FORMATS_READER_CSV_H

#include "read/csv_record.h"

/* Reads the header, settles the delimiter and goes to the first record. -1 and err. */
int header_read(struct reader *, struct error *);

#endif
