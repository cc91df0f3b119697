-- name: expiry
-- Of a page of certificates in use: the first NotAfter after ?3, where it is before ?4, and how many
-- have one that is not after ?3. ?4 is after ?3.
SELECT min(CASE WHEN c.not_after > ?3 THEN c.not_after END),
    count(CASE WHEN c.not_after <= ?3 THEN 1 END)
FROM certificate c
WHERE c.id > ?1 AND c.id <= ?2 AND c.not_after < ?4
  AND EXISTS (SELECT 1
    FROM location l
      JOIN store s ON s.id = l.store AND s.removed = 0
    WHERE l.certificate = c.id)
