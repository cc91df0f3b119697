#ifndef BATCH_MODEL_ENDPOINT_H
#define BATCH_MODEL_ENDPOINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Where a TLS server answers: HOST:PORT, or HOST:PORT/SNI. The host is a DNS name, an IPv4 address
 * or, in brackets, an IPv6 address. SNI is the name that the client asks for (RFC 6066, 3).
 */
struct endpoint_part {
	const char *text; /* in the text that was parsed, without brackets and without a NUL */
	size_t length;
};

struct endpoint {
	struct endpoint_part host;
	uint16_t port;            /* 1 to 65535 */
	struct endpoint_part sni; /* a length of 0: none is given */
};

/* For messages: what is expected. */
#define ENDPOINT_EXPECTED "HOST:PORT or HOST:PORT/SNI, a port from 1 to 65535, IPv6 in brackets"

bool endpoint_parse(const char *text, size_t length, struct endpoint *);

#endif
