CREATE TABLE "gateway"."authorizations" (
	"id" text PRIMARY KEY NOT NULL,
	"subject_id" text NOT NULL,
	"client_id" text NOT NULL,
	"grantee_name" text NOT NULL,
	"grantee_credit_code" text,
	"blocks" text[] NOT NULL,
	"items" text[] NOT NULL,
	"purpose" text NOT NULL,
	"is_continuous" boolean NOT NULL,
	"ends_on" date NOT NULL,
	"state" text NOT NULL,
	"requested_at" timestamp with time zone NOT NULL,
	"granted_at" timestamp with time zone,
	"ended_at" timestamp with time zone,
	"decided_by" text,
	"used_by" text
);
--> statement-breakpoint
CREATE TABLE "gateway"."delegations" (
	"id" text PRIMARY KEY NOT NULL,
	"subject_id" text NOT NULL,
	"person_hash" text NOT NULL,
	"ends_on" date NOT NULL,
	"made_at" timestamp with time zone NOT NULL,
	"ended_at" timestamp with time zone
);
--> statement-breakpoint
CREATE TABLE "gateway"."idempotency_keys" (
	"id" text PRIMARY KEY NOT NULL,
	"asked_hash" text NOT NULL,
	"answer" jsonb NOT NULL,
	"made_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
CREATE TABLE "gateway"."loan_reports" (
	"id" text PRIMARY KEY NOT NULL,
	"client_id" text NOT NULL,
	"authorization_id" text NOT NULL,
	"subject_id" text NOT NULL,
	"loan_number" text NOT NULL,
	"month" date NOT NULL,
	"product" text NOT NULL,
	"applied_on" date NOT NULL,
	"approved_on" date,
	"amount" numeric(20, 2) NOT NULL,
	"balance" numeric(20, 2) NOT NULL,
	"term_months" integer,
	"annual_rate" numeric(7, 4),
	"is_overdue" boolean NOT NULL,
	"district" text,
	"reported_at" timestamp with time zone NOT NULL
);
--> statement-breakpoint
ALTER TABLE "gateway"."authorizations" ADD CONSTRAINT "authorizations_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "gateway"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gateway"."loan_reports" ADD CONSTRAINT "loan_reports_client_id_clients_id_fk" FOREIGN KEY ("client_id") REFERENCES "gateway"."clients"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "gateway"."loan_reports" ADD CONSTRAINT "loan_reports_authorization_id_authorizations_id_fk" FOREIGN KEY ("authorization_id") REFERENCES "gateway"."authorizations"("id") ON DELETE no action ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "authorizations_by_client" ON "gateway"."authorizations" USING btree ("client_id","ends_on","id");--> statement-breakpoint
CREATE INDEX "authorizations_by_subject" ON "gateway"."authorizations" USING btree ("subject_id","ends_on","id");--> statement-breakpoint
CREATE INDEX "delegations_by_person" ON "gateway"."delegations" USING btree ("person_hash");--> statement-breakpoint
CREATE INDEX "delegations_by_subject" ON "gateway"."delegations" USING btree ("subject_id");--> statement-breakpoint
CREATE INDEX "idempotency_keys_by_instant" ON "gateway"."idempotency_keys" USING btree ("made_at");--> statement-breakpoint
CREATE UNIQUE INDEX "loan_reports_by_loan" ON "gateway"."loan_reports" USING btree ("client_id","loan_number","month");--> statement-breakpoint
CREATE INDEX "loan_reports_by_month" ON "gateway"."loan_reports" USING btree ("month");