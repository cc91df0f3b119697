-- name: identity-known
-- The certificate that has the Id, and another one that has the thumbprint.
SELECT id, thumbprint FROM certificate WHERE id = ?1
UNION ALL
SELECT id, thumbprint FROM certificate WHERE thumbprint = ?2 AND id <> ?1

-- name: identity-greatest
-- The greatest Id that a certificate has or had, or that a request names.
SELECT max(coalesce((SELECT max(id) FROM certificate), 0),
    coalesce((SELECT max(id) FROM renumbered), 0),
    coalesce((SELECT max(certificate) FROM enrollment_request), 0), 0)

-- name: identity-settle
-- A record names the Id.
INSERT INTO temp.settled (id) VALUES (?1) ON CONFLICT DO NOTHING

-- name: identity-settled
SELECT 1 FROM temp.settled WHERE id = ?1

-- name: identity-aside
INSERT INTO temp.aside (id, old, file, line) VALUES (?1, ?2, ?3, ?4)

-- name: identity-of-aside
SELECT old FROM temp.aside WHERE id = ?1

-- name: identity-back
DELETE FROM temp.aside WHERE id = ?1

-- name: identities-aside
-- Those that no record gave another Id.
SELECT a.old, a.file, a.line, c.thumbprint
FROM temp.aside a
  JOIN certificate c ON c.id = a.id
ORDER BY a.file, a.line

-- name: identity-moved
INSERT INTO temp.moved (old, certificate) VALUES (?1, ?2)

-- name: certificate-move
UPDATE certificate SET id = ?2 WHERE id = ?1

-- name: certificate-drop
DELETE FROM certificate WHERE id = ?1

-- name: certificate-fill
-- ?2 was known by its Id alone: what is known of it goes to ?1, which gets that Id.
UPDATE certificate
SET (serial_number, issued_dn, issuer_dn, not_before, not_after, key_type, key_size, names,
    has_private_key, request, revoked_at, key_usage, extended_usages, signature, is_ca, sha256,
    curve) = (
  SELECT coalesce(k.serial_number, certificate.serial_number),
    coalesce(k.issued_dn, certificate.issued_dn), coalesce(k.issuer_dn, certificate.issuer_dn),
    coalesce(k.not_before, certificate.not_before), coalesce(k.not_after, certificate.not_after),
    coalesce(k.key_type, certificate.key_type), coalesce(k.key_size, certificate.key_size),
    coalesce(k.names, certificate.names),
    coalesce(k.has_private_key, certificate.has_private_key),
    coalesce(k.request, certificate.request), coalesce(k.revoked_at, certificate.revoked_at),
    coalesce(k.key_usage, certificate.key_usage),
    coalesce(k.extended_usages, certificate.extended_usages),
    coalesce(k.signature, certificate.signature), coalesce(k.is_ca, certificate.is_ca),
    coalesce(k.sha256, certificate.sha256), coalesce(k.curve, certificate.curve)
  FROM certificate k
  WHERE k.id = ?2)
WHERE id = ?1

-- name: locations-move
-- Here and below: all at once, so that two certificates may change their Ids for each other's.
UPDATE location
SET certificate = (SELECT m.certificate FROM temp.moved m WHERE m.old = location.certificate)
WHERE certificate IN (SELECT old FROM temp.moved)

-- name: chains-move
UPDATE chain
SET certificate = (SELECT m.certificate FROM temp.moved m WHERE m.old = chain.certificate)
WHERE certificate IN (SELECT old FROM temp.moved)

-- name: enrollments-move
UPDATE enrollment_request
SET certificate =
    (SELECT m.certificate FROM temp.moved m WHERE m.old = enrollment_request.certificate)
WHERE certificate IN (SELECT old FROM temp.moved)

-- name: requests-given
-- What a row was given is kept once: before the first change.
INSERT INTO request_given (request, existing, certificate)
SELECT id, existing, certificate
FROM request
WHERE existing IN (SELECT old FROM temp.moved) OR certificate IN (SELECT old FROM temp.moved)
ON CONFLICT DO NOTHING

-- name: requests-move
UPDATE request
SET existing = coalesce(
      (SELECT m.certificate FROM temp.moved m WHERE m.old = request.existing), existing),
    certificate = coalesce(
      (SELECT m.certificate FROM temp.moved m WHERE m.old = request.certificate), certificate)
WHERE existing IN (SELECT old FROM temp.moved) OR certificate IN (SELECT old FROM temp.moved)

-- name: renumbered-move
UPDATE renumbered
SET certificate = (SELECT m.certificate FROM temp.moved m WHERE m.old = renumbered.certificate)
WHERE certificate IN (SELECT old FROM temp.moved)

-- name: renumbered-add
INSERT INTO renumbered (id, certificate)
SELECT old, certificate FROM temp.moved WHERE old > 0
ON CONFLICT (id) DO UPDATE SET certificate = excluded.certificate

-- name: renumbered-drop
-- The Id is that of a certificate again.
DELETE FROM renumbered WHERE EXISTS (SELECT 1 FROM certificate c WHERE c.id = renumbered.id)
