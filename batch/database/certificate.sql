-- name: certificate-by-id
-- Also one that only a request names.
SELECT id, thumbprint FROM certificate WHERE id = ?1
UNION ALL
SELECT ?1, NULL
WHERE NOT EXISTS (SELECT 1 FROM certificate WHERE id = ?1)
  AND EXISTS (SELECT 1 FROM enrollment_request WHERE certificate = ?1)

-- name: certificate-by-print
SELECT id, thumbprint FROM certificate WHERE thumbprint = ?1

-- name: certificates-by-name
-- As list-certificates-named has them; at most six.
SELECT c.id, c.thumbprint
FROM certificate c
WHERE replace(lower(c.issued_dn), ', ', ',') = replace(lower(?1), ', ', ',')
  OR instr(',' || replace(lower(c.issued_dn), ', ', ',') || ',', ',cn=' || lower(?1) || ',') > 0
  OR (instr(lower(c.names), lower(?1)) > 0
    AND EXISTS (SELECT 1
      FROM temp.json_each(c.names) n
      WHERE json_extract(n.value, '$.Type') = 2
        AND json_extract(n.value, '$.Value') = ?1 COLLATE NOCASE))
ORDER BY c.id
LIMIT 6
