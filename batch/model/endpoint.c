#include "model/endpoint.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <string.h>

#define LABEL_MOST 63 /* RFC 1035, 2.3.4 */
#define NAME_MOST 253
#define PORT_DIGITS 5

static bool
endpoint_is_address(int family, struct endpoint_part part)
{
	char text[INET6_ADDRSTRLEN];
	unsigned char address[sizeof(struct in6_addr)];

	if (part.length >= sizeof(text) || memchr(part.text, '\0', part.length) != NULL)
		return false;
	memcpy(text, part.text, part.length);
	text[part.length] = '\0';
	return inet_pton(family, text, address) == 1;
}

/* Labels of letters, digits, - and _, with dots between. Of digits and dots alone it is no name. */
static bool
endpoint_is_name(struct endpoint_part part)
{
	static const char letters[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
	size_t label = 0;
	bool has_letter = false;

	for (size_t i = 0; i < part.length; i++) {
		bool dot = part.text[i] == '.';

		if (dot ? label == 0 : memchr(letters, part.text[i], sizeof(letters) - 1) == NULL)
			return false;
		has_letter = has_letter || isalpha((unsigned char)part.text[i]);
		label = dot ? 0 : label + 1;
		if (label > LABEL_MOST)
			return false;
	}
	return label > 0 && has_letter && part.length <= NAME_MOST;
}

/* Takes the host off the start of the text, and the colon after it. */
static bool
endpoint_take_host(struct endpoint_part *rest, struct endpoint_part *host)
{
	bool bracket = rest->length > 0 && rest->text[0] == '[';
	const char *text = rest->text + bracket;
	const char *end = memchr(text, bracket ? ']' : ':', rest->length - bracket);
	size_t used;

	if (end == NULL)
		return false;
	*host = (struct endpoint_part){text, (size_t)(end - text)};
	used = (size_t)(end - rest->text) + bracket;
	if (used >= rest->length || rest->text[used] != ':')
		return false;
	rest->text += used + 1;
	rest->length -= used + 1;
	return bracket ? endpoint_is_address(AF_INET6, *host)
		       : endpoint_is_name(*host) || endpoint_is_address(AF_INET, *host);
}

static bool
endpoint_take_port(struct endpoint_part *rest, uint16_t *port)
{
	uint32_t number = 0;
	size_t digits = 0;

	while (digits < rest->length && isdigit((unsigned char)rest->text[digits])) {
		if (digits == PORT_DIGITS)
			return false;
		number = number * 10 + (uint32_t)(rest->text[digits++] - '0');
	}
	rest->text += digits;
	rest->length -= digits;
	*port = (uint16_t)number;
	return number >= 1 && number <= UINT16_MAX;
}

bool
endpoint_parse(const char *text, size_t length, struct endpoint *endpoint)
{
	struct endpoint_part rest = {text, length};

	*endpoint = (struct endpoint){0};
	if (!endpoint_take_host(&rest, &endpoint->host) ||
	    !endpoint_take_port(&rest, &endpoint->port))
		return false;
	if (rest.length == 0)
		return true;
	endpoint->sni = (struct endpoint_part){rest.text + 1, rest.length - 1};
	return rest.text[0] == '/' && endpoint_is_name(endpoint->sni);
}
