CREATE TABLE "gateway"."allowances" (
	"key" text PRIMARY KEY NOT NULL,
	"day" date NOT NULL,
	"used" bigint NOT NULL,
	"level" double precision NOT NULL,
	"level_at" timestamp with time zone NOT NULL,
	"granted" integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX "allowances_by_day" ON "gateway"."allowances" USING btree ("day");