-- Version 5: what the program itself has read, of certificates and of stores that are files.

-- More of what a certificate says, for the checks before a replacement. NULL each: not known,
-- because no record had it, and the certificate itself was never read.

ALTER TABLE certificate ADD COLUMN key_usage INTEGER;    -- bits as certificates/certificate.h has
                                                         -- them; 0: there is no such extension
ALTER TABLE certificate ADD COLUMN extended_usages TEXT; -- OIDs, sorted, one blank between; '':
                                                         -- there is no such extension
ALTER TABLE certificate ADD COLUMN signature TEXT;       -- SigningAlgorithm, an OID
ALTER TABLE certificate ADD COLUMN is_ca INTEGER;        -- 0 or 1
ALTER TABLE certificate ADD COLUMN sha256 TEXT;          -- upper-case hexadecimal
ALTER TABLE certificate ADD COLUMN curve TEXT;           -- as P-256; '': its key is on no curve
-- Answers "is this certificate the issuer of another one in some store" without a scan.
CREATE INDEX chain_certificate ON chain(certificate);

-- What reading the file of a store takes: the Properties and the Password of the store. NULL each:
-- not known.
ALTER TABLE store ADD COLUMN key_path TEXT;          -- SeparatePrivateKeyFilePath
ALTER TABLE store ADD COLUMN includes_chain INTEGER; -- IncludesChain, 0 or 1
ALTER TABLE store ADD COLUMN trust_store INTEGER;    -- IsTrustStore, 0 or 1
ALTER TABLE store ADD COLUMN endpoint TEXT;          -- Endpoint, HOST:PORT or HOST:PORT/SNI
ALTER TABLE store ADD COLUMN password BLOB;          -- sealed, bound to minus the store's id

-- The last try to read the file of a store that failed. The inventory is older, and still holds.
-- NULL each: the last try succeeded, or there was none.
ALTER TABLE store ADD COLUMN tried_at INTEGER;
ALTER TABLE store ADD COLUMN unreadable TEXT;      -- why, a word of model/unreadable.h
ALTER TABLE store ADD COLUMN unreadable_text TEXT; -- what is particular about it, for people

-- 1: the private key beside this certificate is another one's. NULL: not known, or it matches.
ALTER TABLE location ADD COLUMN key_mismatch INTEGER;
-- Finds them without a scan. There are few, and other locations are not in it.
CREATE INDEX location_key_mismatch ON location(store) WHERE key_mismatch = 1;
