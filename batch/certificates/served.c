#include "certificates/served.h"

#include "certificates/x509_private.h"
#include "crypto/start.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#define TRY_MILLISECONDS 5000  /* at most, of one address */
#define PAUSE_MILLISECONDS 250 /* between two tries */
#define HOST_SIZE 256

/* A server that is asked. */
struct served {
	const struct served_wish *wish;
	char *text;
	SSL_CTX *tls;
	char host[HOST_SIZE], sni[HOST_SIZE], port[8];
	char name[HOST_SIZE + 10];         /* HOST:PORT, for the text */
	char shown[CERTIFICATE_SHA1_SIZE]; /* of this try; "": none */
	unsigned tries;
};

/* ---- what the server shows ---------------------------------------------------------------- */

/* Called with the chain that the server has sent, before anything is verified. Its leaf is all that
 * is wanted, so any chain is fine. */
static int
served_take_leaf(X509_STORE_CTX *chain, void *closure)
{
	struct served *served = closure;
	X509 *leaf = X509_STORE_CTX_get0_cert(chain);

	return leaf != NULL && x509_thumbprint(leaf, served->shown);
}

/* The signature algorithms that a key of the type has (RFC 8446, 4.2.3); NULL: all. */
static const char *
served_algorithms(const char *key_type)
{
	static const struct {
		const char *type, *algorithms;
	} of[] = {
	    {"RSA",
		"rsa_pss_rsae_sha256:rsa_pss_rsae_sha384:rsa_pss_rsae_sha512:"
		"rsa_pss_pss_sha256:rsa_pss_pss_sha384:rsa_pss_pss_sha512:RSA+SHA256:RSA+SHA384:"
		"RSA+SHA512:RSA+SHA1"},
	    {"ECC", "ECDSA+SHA256:ECDSA+SHA384:ECDSA+SHA512:ECDSA+SHA1"},
	    {"Ed25519", "ed25519"},
	    {"Ed448", "ed448"},
	};

	for (size_t i = 0; key_type != NULL && i < sizeof(of) / sizeof(of[0]); i++)
		if (strcmp(of[i].type, key_type) == 0)
			return of[i].algorithms;
	return NULL;
}

#define SERVED_CHAIN 50 /* signature_algorithms_cert (RFC 8446, 4.2.3) */

/*
 * The limit is for the leaf's key alone, so all is named that certificates may be signed with: some
 * servers (Java's) otherwise show none of which the issuer has a key of another type. Others
 * (OpenSSL's) then show none that is signed with what is not listed, so each second try is without.
 */
static int
served_name_signatures(SSL *ssl, unsigned type, unsigned context, const unsigned char **bytes,
    size_t *length, X509 *x509, size_t level, int *alert, void *closure)
{
	static const unsigned char list[] = {0, 58, /* bytes */
	    4, 3, 5, 3, 6, 3, 3, 3, 2, 3,           /* ECDSA */
	    8, 7, 8, 8,                             /* Ed25519, Ed448 */
	    8, 4, 8, 5, 8, 6, 8, 9, 8, 10, 8, 11,   /* RSA-PSS */
	    4, 1, 5, 1, 6, 1, 3, 1, 2, 1,           /* RSA */
	    8, 26, 8, 27, 8, 28,                    /* brainpool */
	    4, 2, 5, 2, 6, 2, 3, 2, 2, 2,           /* DSA */
	    9, 4, 9, 5, 9, 6};                      /* ML-DSA */
	const struct served *served = closure;

	_Static_assert(sizeof(list) == 2 + 58, "its length is at its beginning");
	(void)ssl, (void)type, (void)context, (void)x509, (void)level, (void)alert;
	*bytes = list;
	*length = sizeof(list);
	return served->tries % 2;
}

#define SERVED_GROUPS                                                                    \
	"X25519:P-256:X448:P-521:P-384:brainpoolP256r1:brainpoolP384r1:brainpoolP512r1:" \
	"secp256k1:P-224:P-192:ffdhe2048:ffdhe3072:ffdhe4096"

/* Names all curves: in TLS 1.2 a server has no use for a certificate on one that is not named. A
 * list with one that this OpenSSL lacks is not taken; the last resort is its own. */
static void
served_name_curves(SSL_CTX *tls)
{
	if (SSL_CTX_set1_groups_list(
		tls, SERVED_GROUPS ":X25519MLKEM768:SecP256r1MLKEM768:SecP384r1MLKEM1024") != 1)
		(void)SSL_CTX_set1_groups_list(tls, SERVED_GROUPS);
	ERR_clear_error();
}

/* Only the fingerprint counts: any version and any strength that this OpenSSL has. */
static SSL_CTX *
served_context(struct served *served)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
	const char *algorithms = served_algorithms(served->wish->key_type);

	if (tls == NULL)
		return NULL;
	SSL_CTX_set_security_level(tls, 0);
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_cert_verify_callback(tls, served_take_leaf, served);
	SSL_CTX_set_options(tls, SSL_OP_LEGACY_SERVER_CONNECT);
	served_name_curves(tls);
	if (SSL_CTX_add_custom_ext(tls, SERVED_CHAIN, SSL_EXT_CLIENT_HELLO, served_name_signatures,
		NULL, served, NULL, NULL) == 1 &&
	    SSL_CTX_set_min_proto_version(tls, TLS1_VERSION) == 1 &&
	    (algorithms == NULL || SSL_CTX_set1_sigalgs_list(tls, algorithms) == 1))
		return tls;
	SSL_CTX_free(tls);
	return NULL;
}

/* ---- a socket ----------------------------------------------------------------------------- */

/* Waits for an event: false when the time is over. */
static bool
served_poll(const struct served *served, int fd, short events, int64_t until)
{
	struct pollfd polled = {.fd = fd, .events = events};
	int64_t left;

	do {
		left = until - served->wish->ticks();
		if (left <= 0)
			return false;
	} while (poll(&polled, 1, (int)left) == -1 && errno == EINTR);
	return polled.revents != 0;
}

/* -1 and errno. */
static int
served_connect(const struct served *served, const struct addrinfo *address, int64_t until)
{
	int fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int number = 0;
	socklen_t length = sizeof(number);

	if (fd == -1)
		return -1;
	if (connect(fd, address->ai_addr, address->ai_addrlen) == 0)
		return fd;
	if (errno == EINPROGRESS) {
		if (!served_poll(served, fd, POLLOUT, until))
			number = ETIMEDOUT;
		else if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &number, &length) == -1)
			number = errno;
	} else {
		number = errno;
	}
	if (number == 0)
		return fd;
	close(fd);
	errno = number;
	return -1;
}

/* ---- a handshake -------------------------------------------------------------------------- */

static void
served_say(struct served *served, const char *what)
{
	snprintf(served->text, SERVED_TEXT_SIZE, "%.150s: %s", served->name, what);
}

/* What OpenSSL says of a handshake that ended. */
static void
served_say_tls(struct served *served, int why)
{
	unsigned long code = ERR_peek_error();
	const char *reason = ERR_reason_error_string(code);

	if (reason != NULL)
		served_say(served, reason);
	else if (why == SSL_ERROR_SYSCALL && errno != 0)
		served_say(served, strerror(errno));
	else
		served_say(served, "the server ended the connection");
	ERR_clear_error();
}

/* Goes on with the handshake until the leaf is shown, or it ends. */
static void
served_shake_hands(struct served *served, SSL *ssl, int fd, int64_t until)
{
	while (served->shown[0] == '\0') {
		int rc, why;

		ERR_clear_error();
		errno = 0;
		rc = SSL_connect(ssl);
		if (rc == 1 || served->shown[0] != '\0')
			break;
		why = SSL_get_error(ssl, rc);
		if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE) {
			served_say_tls(served, why);
			return;
		}
		if (!served_poll(
			served, fd, why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, until)) {
			served_say(served, "no answer in time");
			return;
		}
	}
	ERR_clear_error();
	if (served->shown[0] == '\0')
		served_say(served, "the server shows no certificate");
	else
		snprintf(served->text, SERVED_TEXT_SIZE, "%.150s shows the certificate %s",
		    served->name, served->shown);
}

/* -1: there is no memory. */
static int
served_ask(struct served *served, int fd, int64_t until)
{
	SSL *ssl = SSL_new(served->tls);
	int rc = -1;

	if (ssl != NULL && SSL_set_fd(ssl, fd) == 1 &&
	    (served->sni[0] == '\0' || SSL_set_tlsext_host_name(ssl, served->sni) == 1)) {
		served_shake_hands(served, ssl, fd, until);
		rc = 0;
	}
	SSL_free(ssl);
	ERR_clear_error();
	return rc;
}

/* ---- tries -------------------------------------------------------------------------------- */

static bool
served_is_right(const struct served *served)
{
	return strcasecmp(served->shown, served->wish->thumbprint) == 0;
}

/* All addresses of the host, one after the other, until one shows the certificate. -1: memory. */
static int
served_try_all(struct served *served, const struct addrinfo *addresses)
{
	const struct served_wish *wish = served->wish;

	for (const struct addrinfo *at = addresses; at != NULL; at = at->ai_next) {
		int64_t now = wish->ticks(), until = now + TRY_MILLISECONDS;
		int fd, rc;

		if (now >= wish->deadline && at != addresses)
			return 0;
		if (until > wish->deadline)
			until = wish->deadline;
		served->shown[0] = '\0';
		fd = served_connect(served, at, until);
		if (fd == -1) {
			served_say(served, strerror(errno));
			continue;
		}
		rc = served_ask(served, fd, until);
		close(fd);
		if (rc == -1 || served_is_right(served))
			return rc;
	}
	return 0;
}

static int
served_try(struct served *served)
{
	const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
	struct addrinfo *addresses = NULL;
	int rc = getaddrinfo(served->host, served->port, &hints, &addresses);

	served->shown[0] = '\0';
	served->tries++;
	if (rc == EAI_MEMORY)
		return -1;
	if (rc != 0) {
		served_say(served, rc == EAI_SYSTEM ? strerror(errno) : gai_strerror(rc));
		return 0;
	}
	rc = served_try_all(served, addresses);
	freeaddrinfo(addresses);
	return rc;
}

/* Sleeps between two tries; false when the time is over. */
static bool
served_pause(const struct served *served)
{
	const struct timespec pause = {.tv_nsec = PAUSE_MILLISECONDS * 1000000L};

	if (served->wish->ticks() + PAUSE_MILLISECONDS >= served->wish->deadline)
		return false;
	nanosleep(&pause, NULL);
	return true;
}

static bool
served_is_address(const char *host)
{
	unsigned char address[sizeof(struct in6_addr)];

	return inet_pton(AF_INET, host, address) == 1 || inet_pton(AF_INET6, host, address) == 1;
}

/* The texts of the endpoint; false: too long. */
static bool
served_name(struct served *served)
{
	const struct endpoint *endpoint = served->wish->endpoint;

	if (endpoint->host.length >= HOST_SIZE || endpoint->sni.length >= HOST_SIZE)
		return false;
	memcpy(served->host, endpoint->host.text, endpoint->host.length);
	if (endpoint->sni.length > 0)
		memcpy(served->sni, endpoint->sni.text, endpoint->sni.length);
	else if (!served_is_address(served->host))
		memcpy(served->sni, served->host, HOST_SIZE);
	snprintf(served->port, sizeof(served->port), "%u", (unsigned)endpoint->port);
	snprintf(served->name, sizeof(served->name),
	    strchr(served->host, ':') == NULL ? "%.140s:%s" : "[%s]:%s", served->host,
	    served->port);
	return true;
}

/* 1, 0 and the text, -1: no memory. */
static int
served_wait_for(struct served *served)
{
	unsigned long shortages = crypto_shortages();

	if (!served_name(served)) {
		snprintf(served->text, SERVED_TEXT_SIZE, "the name of the host is too long");
		return 0;
	}
	served->tls = served_context(served);
	if (served->tls == NULL)
		return -1;
	do
		if (served_try(served) == -1 || shortages != crypto_shortages())
			return -1;
	while (!served_is_right(served) && served_pause(served));
	return served_is_right(served);
}

int
served_wait(const struct served_wish *wish, char text[SERVED_TEXT_SIZE], struct error *err)
{
	struct served served = {.wish = wish, .text = text};
	int rc;

	text[0] = '\0';
	if (crypto_begin(err) == -1)
		return -1;
	rc = served_wait_for(&served);
	SSL_CTX_free(served.tls);
	ERR_clear_error();
	return rc == -1 ? error_memory(err) : rc;
}
