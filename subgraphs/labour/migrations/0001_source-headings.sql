CREATE TABLE "labour"."source_headings" (
	"id" text PRIMARY KEY NOT NULL,
	"headings" text[] NOT NULL
);
