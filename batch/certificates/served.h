#ifndef BATCH_CERTIFICATES_SERVED_H
#define BATCH_CERTIFICATES_SERVED_H

#include "certificates/certificate.h"
#include "model/endpoint.h"

/* Which certificate a TLS server shows. */

struct served_wish {
	const struct endpoint *endpoint;
	const char *thumbprint; /* SHA-1, hexadecimal: the one that is waited for */
	/* The type of its key, as struct certificate has it. Only signature algorithms of this type
	 * are offered, so that a server with several certificates shows the one that is meant. */
	const char *key_type;
	int64_t (*ticks)(void); /* milliseconds of a clock that nobody sets */
	int64_t deadline;
};

/*
 * Asks again and again until the server shows the certificate or the deadline is over. The leaf is
 * taken when it is shown, also where the handshake then ends because a client certificate is
 * wanted; whether it is trusted does not matter. 1: it is shown; 0: it is not, and `text` says what
 * came of the last try (the thumbprint that is shown, an error of the system or of TLS, without
 * control characters); -1 and err: there is no memory. A name is looked up by the system, which may
 * take longer than the deadline.
 */
#define SERVED_TEXT_SIZE 256
int served_wait(const struct served_wish *, char text[SERVED_TEXT_SIZE], struct error *);

#endif
