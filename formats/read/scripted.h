#ifndef FORMATS_READ_SCRIPTED_H
#define FORMATS_READ_SCRIPTED_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Whether the text, without blanks before it, is what a script printed in place of an object:
 * @{Id=55; Name=web}, System.Object[], or another text that begins with System.
 */
bool scripted_is_object(const char *text, size_t length);

/* For messages: what happened and what to do. */
#define SCRIPTED_TEXT "text that PowerShell made of an object: export with ConvertTo-Json -Depth 10"

#endif
