#include "model/machine.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

/* The bytes of the name. */
static size_t
machine_length(const char *name)
{
	static const char suffix[] = "|LocalMachine";
	size_t length = strlen(name), extra = sizeof(suffix) - 1;

	return length >= extra && strcasecmp(name + length - extra, suffix) == 0 ? length - extra
										 : length;
}

/* The bytes of its first label. */
static size_t
machine_label(const char *name, size_t length)
{
	const char *dot = memchr(name, '.', length);

	return dot == NULL ? length : (size_t)(dot - name);
}

bool
machine_is(const char *client_machine, const char *host)
{
	size_t length, host_length, label, host_label;

	if (client_machine == NULL || host == NULL)
		return false;
	length = machine_length(client_machine);
	host_length = machine_length(host);
	label = machine_label(client_machine, length);
	host_label = machine_label(host, host_length);
	if (label == length || host_label == host_length) {
		length = label;
		host_length = host_label;
	}
	return length > 0 && length == host_length &&
	       strncasecmp(client_machine, host, length) == 0;
}
