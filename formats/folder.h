#ifndef FORMATS_FOLDER_H
#define FORMATS_FOLDER_H

#include "error.h"

/* Syncs the folder that a file is in, so that its name is there after a power cut. -1 and err
 * (ERROR_STORAGE) with the file's path. */
int folder_sync(const char *path, struct error *);

#endif
