CREATE SCHEMA "gateway";
--> statement-breakpoint
CREATE TABLE "gateway"."client_credentials" (
	"id" bigserial PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"jwk" jsonb,
	"secret_hash" text,
	"valid_from" timestamp with time zone NOT NULL,
	"valid_until" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "gateway"."clients" (
	"id" text PRIMARY KEY NOT NULL,
	"role" text NOT NULL,
	"organisation_name" text NOT NULL,
	"organisation_credit_code" text,
	"department" text,
	"scopes" text[] NOT NULL,
	"quota" integer,
	"authentication" text NOT NULL,
	"is_demonstration" boolean NOT NULL,
	"state" text NOT NULL,
	"state_since" timestamp with time zone NOT NULL,
	"state_reason" text,
	"registered_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gateway"."used_proofs" (
	"id" text PRIMARY KEY NOT NULL,
	"expires_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "gateway"."client_credentials" ADD CONSTRAINT "client_credentials_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "gateway"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "client_credentials_by_client" ON "gateway"."client_credentials" USING btree ("client_id");--> statement-breakpoint
CREATE INDEX "used_proofs_by_expiry" ON "gateway"."used_proofs" USING btree ("expires_at");