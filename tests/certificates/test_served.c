#include "certificates/served.h"

#include "certificates/made.h"
#include "certificates/short_memory.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <netdb.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

/* Each server is a process on a free port of the loopback, that is ended with its test. */

/* What the server has seen. */
static struct {
	int connections;
	char names[256]; /* that were asked for, a blank after each; "-": none */
} * seen;

struct server;
typedef void server_answer(const struct server *, int fd);

/* What is NULL or 0 is as usual. */
struct server {
	server_answer *answer; /* NULL: TLS */
	const struct made *leaves[3], *issuer;
	const struct made *named; /* shown to who asks for named.example.com */
	int version;              /* of TLS; 0: any */
	const char *ciphers;      /* up to TLS 1.2, in the server's order */
	bool wants_certificate;   /* of the client */
	bool checks_chain;        /* that it is signed as the client wants it */
	int delay;                /* milliseconds, before it listens; -1: for ever */
	int family;               /* 0: AF_INET */
};

static pid_t server_pid;
static uint16_t server_port;

/* ---- the server --------------------------------------------------------------------------- */

static int
server_on_name(SSL *ssl, int *alert, void *other)
{
	const char *name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
	size_t length = strlen(seen->names);

	(void)alert;
	snprintf(seen->names + length, sizeof(seen->names) - length, "%s ", name ? name : "-");
	if (other != NULL && name != NULL && strcmp(name, "named.example.com") == 0)
		SSL_set_SSL_CTX(ssl, other);
	return SSL_TLSEXT_ERR_OK;
}

static int
server_trust_nobody(int good, X509_STORE_CTX *chain)
{
	(void)good;
	(void)chain;
	return 0;
}

/* Goes on if the client takes certificates that are signed with rsa_pkcs1_sha256. */
static int
server_on_hello(SSL *ssl, int *alert, void *closure)
{
	static const unsigned types[] = {50, 13}; /* the second only where there is no first */
	const unsigned char *list;
	size_t length = 0;

	(void)closure;
	for (size_t i = 0; i < 2; i++)
		if (SSL_client_hello_get0_ext(ssl, types[i], &list, &length) == 1)
			break;
	for (size_t i = 2; i + 1 < length; i += 2)
		if (list[i] == 4 && list[i + 1] == 1)
			return SSL_CLIENT_HELLO_SUCCESS;
	*alert = SSL_AD_HANDSHAKE_FAILURE;
	return SSL_CLIENT_HELLO_ERROR;
}

static SSL_CTX *
server_context(const struct server *server, const struct made *const leaves[3])
{
	SSL_CTX *tls = SSL_CTX_new(TLS_server_method());

	SSL_CTX_set_security_level(tls, 0);
	SSL_CTX_set_options(tls, SSL_OP_CIPHER_SERVER_PREFERENCE);
	SSL_CTX_set_min_proto_version(tls, server->version ? server->version : TLS1_VERSION);
	SSL_CTX_set_max_proto_version(tls, server->version);
	if (server->ciphers != NULL)
		ck_assert_int_eq(SSL_CTX_set_cipher_list(tls, server->ciphers), 1);
	/* brainpool, and what else a client may offer, is fine here */
	for (size_t i = 0; i < 3 && leaves[i] != NULL; i++) {
		ck_assert_int_eq(SSL_CTX_use_certificate(tls, leaves[i]->x509), 1);
		ck_assert_int_eq(SSL_CTX_use_PrivateKey(tls, leaves[i]->key), 1);
		if (server->issuer != NULL)
			SSL_CTX_add1_chain_cert(tls, server->issuer->x509);
	}
	if (server->checks_chain)
		SSL_CTX_set_client_hello_cb(tls, server_on_hello, NULL);
	if (server->wants_certificate)
		SSL_CTX_set_verify(
		    tls, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, server_trust_nobody);
	return tls;
}

static void
server_shake_hands(const struct server *server, int fd)
{
	const struct made *const other[3] = {server->named};
	SSL_CTX *tls = server_context(server, server->leaves);
	SSL *ssl;

	SSL_CTX_set_tlsext_servername_callback(tls, server_on_name);
	if (server->named != NULL)
		SSL_CTX_set_tlsext_servername_arg(tls, server_context(server, other));
	ssl = SSL_new(tls);
	SSL_set_fd(ssl, fd);
	if (SSL_accept(ssl) == 1)
		SSL_shutdown(ssl);
	SSL_free(ssl);
	SSL_CTX_free(tls);
}

/* Reads something, so that closing does not reset the connection. */
static void
server_read(int fd)
{
	char bytes[4096];

	(void)!read(fd, bytes, sizeof(bytes));
}

static void
answer_nothing(const struct server *server, int fd)
{
	(void)server;
	(void)fd;
	sleep(20);
}

static void
answer_end(const struct server *server, int fd)
{
	(void)server;
	server_read(fd);
}

static void
answer_plain(const struct server *server, int fd)
{
	static const char text[] = "HTTP/1.1 400 Bad Request\r\n\r\n";

	(void)server;
	server_read(fd);
	(void)!write(fd, text, sizeof(text) - 1);
	server_read(fd);
}

/* Writes a message of a handshake of TLS 1.2, as a record of its own. */
static void
server_write(int fd, unsigned char type, const unsigned char *body, size_t length)
{
	unsigned char head[] = {22, 3, 3, (unsigned char)((length + 4) >> 8),
	    (unsigned char)(length + 4), type, 0, (unsigned char)(length >> 8),
	    (unsigned char)length};

	(void)!write(fd, head, sizeof(head));
	(void)!write(fd, body, length);
}

/* One from before extensions: it does not know of secure renegotiation (RFC 5746) either. */
static void
answer_old(const struct server *server, int fd)
{
	unsigned char hello[38] = {3, 3, [36] = 0x2f}; /* TLS_RSA_WITH_AES_128_CBC_SHA */
	unsigned char chain[2048], *at = chain + 6;
	size_t length = (size_t)i2d_X509(server->leaves[0]->x509, &at);

	for (int i = 0; i < 2; i++) {
		size_t size = length + (i == 0 ? 3 : 0);

		chain[3 * i] = 0;
		chain[3 * i + 1] = (unsigned char)(size >> 8);
		chain[3 * i + 2] = (unsigned char)size;
	}
	server_read(fd);
	server_write(fd, 2, hello, sizeof(hello));
	server_write(fd, 11, chain, length + 6);
	server_write(fd, 14, NULL, 0);
	server_read(fd);
}

/* Only the first connection is not answered. */
static void
answer_later(const struct server *server, int fd)
{
	if (seen->connections > 1)
		server_shake_hands(server, fd);
	else
		(void)!dup(fd); /* it stays open */
}

static void
server_run(const struct server *server, int listening)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL); /* also where the test has failed */
	signal(SIGPIPE, SIG_IGN);
	if (server->delay == -1)
		sleep(20);
	usleep((useconds_t)server->delay * 1000);
	ck_assert_int_eq(listen(listening, 16), 0);
	for (;;) {
		int fd = accept(listening, NULL, NULL);

		seen->connections++;
		if (server->answer == NULL)
			server_shake_hands(server, fd);
		else
			server->answer(server, fd);
		close(fd);
	}
}

/* A socket on a free port of the loopback; -1: it has none of this family. */
static int
server_bind(int family)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT};
	struct sockaddr *address = family == AF_INET6 ? (void *)&v6 : (void *)&v4;
	socklen_t length = family == AF_INET6 ? sizeof(v6) : sizeof(v4);
	int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	if (fd == -1 || bind(fd, address, length) == -1 ||
	    getsockname(fd, address, &length) == -1) {
		close(fd);
		return -1;
	}
	server_port = ntohs(family == AF_INET6 ? v6.sin6_port : v4.sin_port);
	return fd;
}

static void
server_stop(void)
{
	if (server_pid == 0)
		return;
	ck_assert_int_eq(kill(-server_pid, SIGKILL), 0);
	ck_assert_int_eq(waitpid(server_pid, NULL, 0), server_pid);
	server_pid = 0;
}

/* Starts it in the place of the one before; false: there is no such address. */
static bool
server_start(const struct server *server)
{
	int fd = server_bind(server->family == 0 ? AF_INET : server->family);

	server_stop();
	if (fd == -1)
		return false;
	memset(seen, 0, sizeof(*seen));
	if (server->delay == 0)
		ck_assert_int_eq(listen(fd, 16), 0);
	server_pid = fork();
	ck_assert_int_ne(server_pid, -1);
	if (server_pid == 0) {
		setpgid(0, 0);
		server_run(server, fd);
	}
	setpgid(server_pid, server_pid);
	close(fd);
	return true;
}

static void
serve(struct server server)
{
	ck_assert(server_start(&server));
}

/* ---- asking it ---------------------------------------------------------------------------- */

static int64_t
ticks(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static char said[SERVED_TEXT_SIZE];
static int64_t took;

static const char *
print_of(const struct made *one)
{
	static char text[CERTIFICATE_SHA1_SIZE];
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned length;

	X509_digest(one->x509, EVP_sha1(), digest, &length);
	for (unsigned i = 0; i < length; i++)
		snprintf(text + (size_t)2 * i, 3, "%02X", digest[i]);
	return text;
}

/* What served_wait() says of the server at HOST:PORT, with the SNI or NULL. */
static int
ask_at(const char *host, const char *sni, struct served_wish wish)
{
	struct error err = {0};
	struct endpoint endpoint;
	int64_t begun = ticks();
	char text[600];
	int rc;

	snprintf(
	    text, sizeof(text), "%s:%u%s%s", host, server_port, sni ? "/" : "", sni ? sni : "");
	ck_assert(endpoint_parse(text, strlen(text), &endpoint));
	wish.endpoint = &endpoint;
	if (wish.ticks == NULL)
		wish.ticks = ticks;
	wish.deadline += wish.ticks();
	rc = served_wait(&wish, said, &err);
	took = ticks() - begun;
	ck_assert_int_ne(rc, -1);
	ck_assert_int_eq(err.code, ERROR_NONE);
	ck_assert_uint_eq(ERR_peek_error(), 0);
	return rc;
}

/* For 5 s. */
static int
ask(const struct made *wanted, const char *key_type)
{
	return ask_at("127.0.0.1", NULL,
	    (struct served_wish){
		.thumbprint = print_of(wanted), .key_type = key_type, .deadline = 5000});
}

/* "127.0.0.1:PORT" and the text. */
static void
was_said(const char *text)
{
	char expected[SERVED_TEXT_SIZE];

	snprintf(expected, sizeof(expected), "127.0.0.1:%u%s", server_port, text);
	ck_assert_str_eq(said, expected);
}

static const struct made *
rsa_leaf(const struct made *issuer)
{
	return made_with("rsa", &(struct made_options){.issuer = issuer, .type = EVP_PKEY_RSA});
}

static const struct made *
ed25519_leaf(const struct made *issuer)
{
	return made_with("ed", &(struct made_options){.issuer = issuer, .type = EVP_PKEY_ED25519});
}

/* A certificate for a key that is made by its name, with so many bits, or 0. */
static const struct made *
leaf_of(const char *algorithm, int bits, const struct made *issuer)
{
	struct made key = {0};
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, algorithm, NULL);
	const struct made *leaf;

	ck_assert_int_eq(EVP_PKEY_keygen_init(context), 1);
	if (bits > 0)
		ck_assert_int_eq(EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits), 1);
	ck_assert_int_eq(EVP_PKEY_generate(context, &key.key), 1);
	leaf = made_with(algorithm, &(struct made_options){.issuer = issuer, .key = &key});
	EVP_PKEY_free(key.key);
	EVP_PKEY_CTX_free(context);
	return leaf;
}

static const int versions[] = {TLS1_2_VERSION, TLS1_3_VERSION};
#define VERSIONS (sizeof(versions) / sizeof(versions[0]))

/* ---- tests -------------------------------------------------------------------------------- */

START_TEST(right_certificate)
{
	const struct made *leaf = made_leaf("www", NULL);
	char lower[CERTIFICATE_SHA1_SIZE];

	serve((struct server){.leaves = {leaf}});
	ck_assert_int_eq(ask(leaf, "ECC"), 1);
	ck_assert_int_lt(took, 1000);
	ck_assert_int_eq(seen->connections, 1);
	for (size_t i = 0; i < sizeof(lower); i++)
		lower[i] = (char)tolower((unsigned char)print_of(leaf)[i]);
	ck_assert_int_eq(
	    ask_at("127.0.0.1", NULL, (struct served_wish){.thumbprint = lower, .deadline = 5000}),
	    1);
	ck_assert_int_eq(seen->connections, 2);
}
END_TEST

START_TEST(another_certificate_until_the_deadline)
{
	const struct made *leaf = made_leaf("www", NULL), *other = made_leaf("www", NULL);
	char text[SERVED_TEXT_SIZE];

	serve((struct server){.leaves = {other}});
	ck_assert_int_eq(ask_at("127.0.0.1", NULL,
			     (struct served_wish){
				 .thumbprint = print_of(leaf), .key_type = "ECC", .deadline = 700}),
	    0);
	snprintf(text, sizeof(text), " shows the certificate %s", print_of(other));
	was_said(text);
	ck_assert_int_ge(took, 450);
	ck_assert_int_le(took, 900);
	ck_assert_int_ge(seen->connections, 2);
	ck_assert_int_le(seen->connections, 3);
	/* a deadline that is over: asked once */
	ck_assert_int_eq(ask_at("127.0.0.1", NULL,
			     (struct served_wish){
				 .thumbprint = print_of(leaf), .key_type = "ECC", .deadline = 20}),
	    0);
	ck_assert_int_le(took, 200);
}
END_TEST

START_TEST(each_of_several_certificates)
{
	const struct made *ca = made_ca("ca", NULL);
	const struct made *ecc = made_leaf("ecc", ca), *rsa = rsa_leaf(ca), *ed = ed25519_leaf(ca);

	for (size_t i = 0; i < VERSIONS; i++) {
		serve((struct server){
		    .leaves = {rsa, ecc, ed}, .issuer = ca, .version = versions[i]});
		ck_assert_msg(ask(rsa, "RSA") == 1, "%d: %s", versions[i], said);
		ck_assert_msg(ask(ecc, "ECC") == 1, "%d: %s", versions[i], said);
		ck_assert_msg(ask(ed, "Ed25519") == 1, "%d: %s", versions[i], said);
		ck_assert_int_eq(seen->connections, 3);
	}
}
END_TEST

/* Its first cipher goes with the other certificate, and needs no signature at all. */
START_TEST(server_that_prefers_the_other)
{
	const struct made *ecc = made_leaf("ecc", NULL), *rsa = rsa_leaf(NULL);

	serve((struct server){.leaves = {rsa, ecc},
	    .version = TLS1_2_VERSION,
	    .ciphers = "AES128-SHA:ECDHE-ECDSA-AES128-SHA"});
	ck_assert_msg(ask(ecc, "ECC") == 1, "%s", said);
	ck_assert_msg(ask(rsa, "RSA") == 1, "%s", said);
	serve((struct server){.leaves = {rsa, ecc},
	    .version = TLS1_2_VERSION,
	    .ciphers = "ECDHE-ECDSA-AES128-SHA:AES128-SHA"});
	ck_assert_msg(ask(rsa, "RSA") == 1, "%s", said);
	ck_assert_int_eq(seen->connections, 1);
}
END_TEST

/* Before TLS 1.2 a client says by its ciphers alone what it wants. */
START_TEST(old_versions)
{
	static const int old[] = {TLS1_VERSION, TLS1_1_VERSION};
	const struct made *ecc = made_leaf("ecc", NULL), *rsa = rsa_leaf(NULL);

	for (size_t i = 0; i < 2; i++) {
		serve((struct server){.leaves = {rsa, ecc}, .version = old[i]});
		ck_assert_msg(ask(ecc, "ECC") == 1, "%d: %s", old[i], said);
		ck_assert_msg(ask(rsa, "RSA") == 1, "%d: %s", old[i], said);
		ck_assert_int_eq(seen->connections, 2);
	}
}
END_TEST

START_TEST(issuer_of_another_key_type)
{
	const struct made *ecc_ca = made_ca("ca", NULL);
	const struct made *rsa_ca = made_with(
	    "ca", &(struct made_options){.is_ca = true, .type = EVP_PKEY_RSA});
	const struct made *rsa = rsa_leaf(ecc_ca), *ecc = made_leaf("ecc", rsa_ca);
	const struct made *ed = ed25519_leaf(rsa_ca);

	for (size_t i = 0; i < VERSIONS; i++) {
		serve((struct server){.leaves = {rsa}, .issuer = ecc_ca, .version = versions[i]});
		ck_assert_msg(ask(rsa, "RSA") == 1, "%d: %s", versions[i], said);
		serve((struct server){.leaves = {ecc}, .issuer = rsa_ca, .version = versions[i]});
		ck_assert_msg(ask(ecc, "ECC") == 1, "%d: %s", versions[i], said);
		serve((struct server){.leaves = {ed}, .issuer = rsa_ca, .version = versions[i]});
		ck_assert_msg(ask(ed, "Ed25519") == 1, "%d: %s", versions[i], said);
	}
}
END_TEST

/* Some servers (Java's, with its key managers of type PKIX) show a certificate only if all of its
 * chain is signed as the client wants it. */
START_TEST(issuer_of_another_key_type_is_checked)
{
	const struct made *rsa_ca = made_with(
	    "ca", &(struct made_options){.is_ca = true, .type = EVP_PKEY_RSA});
	const struct made *ecc = made_leaf("ecc", rsa_ca);

	for (size_t i = 0; i < VERSIONS; i++) {
		serve((struct server){.leaves = {ecc},
		    .issuer = rsa_ca,
		    .version = versions[i],
		    .checks_chain = true});
		ck_assert_msg(ask(ecc, "ECC") == 1, "%d: %s", versions[i], said);
		ck_assert_int_eq(seen->connections, 1);
	}
}
END_TEST

/* And others, as OpenSSL's, only if its signature is of those that the client has listed. */
START_TEST(signature_that_is_not_listed)
{
	const struct made *ca = made_with(
	    "ca", &(struct made_options){.is_ca = true, .type = EVP_PKEY_RSA});
	const struct made *ecc = made_leaf("ecc", ca);

	ck_assert_int_gt(X509_sign(ecc->x509, ca->key, EVP_md5()), 0);
	serve((struct server){.leaves = {ecc}, .version = TLS1_3_VERSION});
	ck_assert_msg(ask(ecc, "ECC") == 1, "%s", said);
	ck_assert_int_eq(seen->connections, 2);
}
END_TEST

START_TEST(server_from_before_extensions)
{
	const struct made *rsa = rsa_leaf(NULL);

	serve((struct server){.leaves = {rsa}, .answer = answer_old});
	ck_assert_msg(ask(rsa, "RSA") == 1, "%s", said);
	ck_assert_int_eq(seen->connections, 1);
}
END_TEST

START_TEST(other_keys)
{
	const struct made *ca = made_ca("ca", NULL);
	const struct made *ed448 = leaf_of("ED448", 0, ca), *pss = leaf_of("RSA-PSS", 2048, ca);
	const struct made *p384 = made_with("p384", &(struct made_options){.group = "P-384"});
	const struct made *p521 = made_with("p521", &(struct made_options){.group = "P-521"});

	for (size_t i = 0; i < VERSIONS; i++) {
		serve((struct server){.leaves = {ed448, pss, p384}, .version = versions[i]});
		ck_assert_msg(ask(ed448, "Ed448") == 1, "%d: %s", versions[i], said);
		ck_assert_msg(ask(pss, "RSA") == 1, "%d: %s", versions[i], said);
		ck_assert_msg(ask(p384, "ECC") == 1, "%d: %s", versions[i], said);
		serve((struct server){.leaves = {p521}, .version = versions[i]});
		ck_assert_msg(ask(p521, "ECC") == 1, "%d: %s", versions[i], said);
		ck_assert_msg(ask(p521, "Unknown") == 1, "%d: %s", versions[i], said);
		ck_assert_msg(ask(p521, NULL) == 1, "%d: %s", versions[i], said);
	}
}
END_TEST

/* In TLS 1.2 a server has no use for a certificate on a curve that the client does not name. */
START_TEST(curves_that_are_rare)
{
	const char *const curves[] = {
	    "brainpoolP256r1", "brainpoolP384r1", "brainpoolP512r1", "secp256k1", "secp224r1"};

	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++) {
		const struct made *leaf = made_with(
		    "rare", &(struct made_options){.group = curves[i]});

		serve((struct server){.leaves = {leaf}, .version = TLS1_2_VERSION});
		ck_assert_msg(ask(leaf, "ECC") == 1, "%s: %s", curves[i], said);
	}
}
END_TEST

START_TEST(client_certificate_is_wanted)
{
	const struct made *leaf = made_leaf("www", NULL);

	for (size_t i = 0; i < VERSIONS; i++) {
		serve((struct server){
		    .leaves = {leaf}, .version = versions[i], .wants_certificate = true});
		ck_assert_msg(ask(leaf, "ECC") == 1, "%d: %s", versions[i], said);
		ck_assert_int_eq(seen->connections, 1);
	}
}
END_TEST

START_TEST(name_of_the_endpoint)
{
	const struct made *leaf = made_leaf("www", NULL), *named = made_leaf("named", NULL);

	for (size_t i = 0; i < VERSIONS; i++) {
		serve((struct server){.leaves = {leaf}, .named = named, .version = versions[i]});
		ck_assert_int_eq(
		    ask_at("127.0.0.1", "named.example.com",
			(struct served_wish){
			    .thumbprint = print_of(named), .key_type = "ECC", .deadline = 5000}),
		    1);
		ck_assert_int_eq(
		    ask_at("127.0.0.1", "other.example.com",
			(struct served_wish){
			    .thumbprint = print_of(leaf), .key_type = "ECC", .deadline = 5000}),
		    1);
		ck_assert_int_eq(ask(leaf, "ECC"), 1); /* an address is no name */
		ck_assert_str_eq(seen->names, "named.example.com other.example.com - ");
	}
}
END_TEST

/* Also: where the host has several addresses, all are asked. */
START_TEST(name_of_the_host)
{
	const struct made *leaf = made_leaf("www", NULL);
	struct addrinfo *addresses;

	if (getaddrinfo("localhost", NULL, NULL, &addresses) != 0)
		return;
	freeaddrinfo(addresses);
	serve((struct server){.leaves = {leaf}});
	ck_assert_msg(
	    ask_at("localhost", NULL,
		(struct served_wish){
		    .thumbprint = print_of(leaf), .key_type = "ECC", .deadline = 5000}) == 1,
	    "%s", said);
	ck_assert_str_eq(seen->names, "localhost ");
	ck_assert_int_eq(
	    ask_at("localhost", "named.example.com",
		(struct served_wish){
		    .thumbprint = print_of(leaf), .key_type = "ECC", .deadline = 5000}),
	    1);
	ck_assert_str_eq(seen->names, "localhost named.example.com ");
}
END_TEST

START_TEST(no_such_host)
{
	const struct made *leaf = made_leaf("www", NULL);
	const struct endpoint endpoint = {.host = {"a host", 6}, .port = 443};
	struct served_wish wish = {
	    .endpoint = &endpoint, .thumbprint = print_of(leaf), .ticks = ticks};
	struct error err = {0};

	wish.deadline = ticks() + 100;
	ck_assert_int_eq(served_wait(&wish, said, &err), 0);
	ck_assert_int_eq(strncmp(said, "a host:443: ", 12), 0);
	ck_assert_uint_gt(strlen(said), 12);
}
END_TEST

START_TEST(version_6_of_the_protocol)
{
	const struct made *leaf = made_leaf("www", NULL), *other = made_leaf("www", NULL);
	char text[SERVED_TEXT_SIZE];

	if (!server_start(&(struct server){.leaves = {leaf}, .family = AF_INET6}))
		return; /* there is none */
	ck_assert_int_eq(
	    ask_at("[::1]", NULL,
		(struct served_wish){
		    .thumbprint = print_of(leaf), .key_type = "ECC", .deadline = 5000}),
	    1);
	ck_assert_str_eq(seen->names, "- ");
	ck_assert_int_eq(
	    ask_at("[::1]", NULL,
		(struct served_wish){
		    .thumbprint = print_of(other), .key_type = "ECC", .deadline = 100}),
	    0);
	snprintf(
	    text, sizeof(text), "[::1]:%u shows the certificate %s", server_port, print_of(leaf));
	ck_assert_str_eq(said, text);
}
END_TEST

/* What a server that shows no certificate makes of 400 ms. */
static void
shows_none(struct server server, const char *text, const char *key_type)
{
	const struct made *leaf = made_leaf("www", NULL);

	serve(server);
	ck_assert_int_eq(
	    ask_at("127.0.0.1", NULL,
		(struct served_wish){
		    .thumbprint = print_of(leaf), .key_type = key_type, .deadline = 400}),
	    0);
	was_said(text);
	ck_assert_int_le(took, 600);
}

START_TEST(no_certificate)
{
	const struct made *ecc = made_leaf("ecc", NULL);

	shows_none((struct server){.delay = -1}, ": Connection refused", "ECC");
	shows_none((struct server){.answer = answer_nothing}, ": no answer in time", "ECC");
	ck_assert_int_ge(took, 390);
	shows_none((struct server){.answer = answer_end}, ": unexpected eof while reading", "ECC");
	shows_none((struct server){.answer = answer_plain}, ": wrong version number", "ECC");
	/* only one of another type than that which is waited for */
	shows_none((struct server){.leaves = {ecc}, .version = TLS1_3_VERSION},
	    ": sslv3 alert handshake failure", "RSA");
}
END_TEST

/* ---- clocks ------------------------------------------------------------------------------- */

/* Twenty times as fast; a signal ends each wait after some milliseconds of ours. */
static int64_t
fast_ticks(void)
{
	return ticks() * 20;
}

static void
on_alarm(int number)
{
	(void)number;
}

START_TEST(one_try_does_not_take_all_the_time)
{
	struct itimerval timer = {{0, 5000}, {0, 5000}};
	struct sigaction action = {.sa_handler = on_alarm};
	const struct made *leaf = made_leaf("www", NULL);

	serve((struct server){.leaves = {leaf}, .answer = answer_later});
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	ck_assert_int_eq(ask_at("127.0.0.1", NULL,
			     (struct served_wish){.thumbprint = print_of(leaf),
				 .key_type = "ECC",
				 .ticks = fast_ticks,
				 .deadline = 15000}),
	    1);
	timer = (struct itimerval){{0}, {0}};
	setitimer(ITIMER_REAL, &timer, NULL);
	ck_assert_int_ge(took, 245); /* 5 s of that clock */
	ck_assert_int_le(took, 500);
	ck_assert_int_eq(seen->connections, 2);
}
END_TEST

START_TEST(server_that_comes_up_later)
{
	const struct made *leaf = made_leaf("www", NULL);

	serve((struct server){.leaves = {leaf}, .delay = 300});
	ck_assert_int_eq(ask(leaf, "ECC"), 1);
	ck_assert_int_ge(took, 300);
	ck_assert_int_le(took, 1000);
	ck_assert_int_eq(seen->connections, 1);
}
END_TEST

/* ---- memory ------------------------------------------------------------------------------- */

START_TEST(out_of_memory)
{
	const struct made *leaf = made_leaf("www", NULL);
	char text[64];
	struct endpoint endpoint;
	struct served_wish wish = {
	    .endpoint = &endpoint, .thumbprint = print_of(leaf), .key_type = "ECC", .ticks = ticks};
	int good = 0, failures = 0;

	serve((struct server){.leaves = {leaf}});
	ck_assert_int_eq(ask(leaf, "ECC"), 1);
	snprintf(text, sizeof(text), "127.0.0.1:%u", server_port);
	ck_assert(endpoint_parse(text, strlen(text), &endpoint));
	for (long number = 1, step = memory_step(11);; number += step) {
		struct error err = {0};
		int rc;

		wish.deadline = ticks() + 500;
		memory_arm(number, number % 2 == 0);
		rc = served_wait(&wish, said, &err);
		memory.armed = false;
		if (!memory.failed)
			break;
		ck_assert_msg(rc == -1 || rc == 1, "%ld: %s", number, said);
		if (rc == -1)
			ck_assert_str_eq(err.text, "out of memory");
		good += rc == 1;
		failures += rc == -1;
		ck_assert_uint_eq(ERR_peek_error(), 0);
	}
	ck_assert_int_gt(failures, 10);
	(void)good;
}
END_TEST

/* ------------------------------------------------------------------------------------------- */

static void
set_up(void)
{
	struct error err;

	ck_assert_int_eq(crypto_begin(&err), 0);
	signal(SIGPIPE, SIG_IGN);
	seen = mmap(NULL, sizeof(*seen), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	ck_assert_ptr_ne(seen, MAP_FAILED);
}

static void
tear_down(void)
{
	server_stop();
	made_release();
	munmap(seen, sizeof(*seen));
}

int
main(void)
{
	Suite *suite = suite_create("served");
	TCase *tests = tcase_create("served");

	tcase_add_checked_fixture(tests, set_up, tear_down);
	tcase_set_timeout(tests, 10);
	tcase_add_test(tests, right_certificate);
	tcase_add_test(tests, another_certificate_until_the_deadline);
	tcase_add_test(tests, each_of_several_certificates);
	tcase_add_test(tests, server_that_prefers_the_other);
	tcase_add_test(tests, old_versions);
	tcase_add_test(tests, issuer_of_another_key_type);
	tcase_add_test(tests, issuer_of_another_key_type_is_checked);
	tcase_add_test(tests, signature_that_is_not_listed);
	tcase_add_test(tests, server_from_before_extensions);
	tcase_add_test(tests, other_keys);
	tcase_add_test(tests, curves_that_are_rare);
	tcase_add_test(tests, client_certificate_is_wanted);
	tcase_add_test(tests, name_of_the_endpoint);
	tcase_add_test(tests, name_of_the_host);
	tcase_add_test(tests, no_such_host);
	tcase_add_test(tests, version_6_of_the_protocol);
	tcase_add_test(tests, no_certificate);
	tcase_add_test(tests, one_try_does_not_take_all_the_time);
	tcase_add_test(tests, server_that_comes_up_later);
	tcase_add_test(tests, out_of_memory);
	suite_add_tcase(suite, tests);
	return scratch_run_apart(suite);
}
