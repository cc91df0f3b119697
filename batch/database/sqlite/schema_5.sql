-- Version 5: more of what a certificate says, for the checks before a replacement. NULL each: not
-- known, because no record had it, and the certificate itself was never read.

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
