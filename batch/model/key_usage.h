#ifndef BATCH_MODEL_KEY_USAGE_H
#define BATCH_MODEL_KEY_USAGE_H

/* The bits of KeyUsage (RFC 5280, 4.2.1.3), as the server's number has them.
 * X(name, bit, word of the RFC) */
#define KEY_USAGE_LIST(X)                                \
	X(DIGITAL_SIGNATURE, 0x0080, "digitalSignature") \
	X(NON_REPUDIATION, 0x0040, "nonRepudiation")     \
	X(KEY_ENCIPHERMENT, 0x0020, "keyEncipherment")   \
	X(DATA_ENCIPHERMENT, 0x0010, "dataEncipherment") \
	X(AGREEMENT, 0x0008, "keyAgreement")             \
	X(CERT_SIGN, 0x0004, "keyCertSign")              \
	X(CRL_SIGN, 0x0002, "cRLSign")                   \
	X(ENCIPHER_ONLY, 0x0001, "encipherOnly")         \
	X(DECIPHER_ONLY, 0x8000, "decipherOnly")

enum key_usage {
#define KEY_USAGE_ENUM(name, bit, word) KEY_USAGE_##name = (bit),
	KEY_USAGE_LIST(KEY_USAGE_ENUM)
#undef KEY_USAGE_ENUM
};

#endif
