-- Whoever goes by a person's name is found by none of its names; until now the shop's that it had led to it.
UPDATE "credit"."subject_names" f SET "folded" = NULL, "grams" = NULL, "sound" = NULL
FROM "credit"."subject_names" p
WHERE f.is_former AND f.folded IS NOT NULL AND p.subject_id = f.subject_id AND NOT p.is_former AND p.folded IS NULL;
