#include "model/store_name.h"

void
store_name_add(struct buffer *buffer, const char *machine, const char *path, const char *guid)
{
	bool has_machine = machine != NULL && machine[0] != '\0';
	bool has_path = path != NULL && path[0] != '\0';

	if (!has_machine && !has_path) {
		buffer_add_string(buffer, guid);
		return;
	}
	buffer_addf(buffer, "%s%s%s (%s)", has_machine ? machine : "",
	    has_machine && has_path ? ":" : "", has_path ? path : "", guid);
}
