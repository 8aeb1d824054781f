CREATE INDEX "subjects_masked" ON "credit"."subjects" USING btree ("id") WHERE superseded_at is null and masked_name is not null;--> statement-breakpoint
-- The names that are searched are read by everybody's sessions: whoever goes by a personal number does not stand among them.
CREATE FUNCTION "credit"."refuse_searched_persons"() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM added a JOIN credit.subjects s ON s.id = a.subject_id AND s.superseded_at IS NULL AND s.masked_name IS NOT NULL) THEN
    RAISE EXCEPTION 'a natural person does not stand among the names that are searched' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
--> statement-breakpoint
REVOKE ALL ON FUNCTION "credit"."refuse_searched_persons"() FROM PUBLIC;
--> statement-breakpoint
CREATE TRIGGER "no_persons" AFTER INSERT ON "credit"."subject_names" REFERENCING NEW TABLE AS added
  FOR EACH STATEMENT EXECUTE FUNCTION "credit"."refuse_searched_persons"();
