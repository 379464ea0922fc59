-- Former model ids, and what they mean now. Written by roster 0.1.0: roster migrate --sql
-- Make a copy of the database first. Running it twice changes nothing the second time.

BEGIN IMMEDIATE;

UPDATE "conversations" SET "model" = CASE
  WHEN "model" = 'claude-4-opus' COLLATE BINARY THEN 'claude-4.5-opus' -- older_models.lua:184
  WHEN "model" = 'claude-3.5-haiku' COLLATE BINARY THEN 'claude-4.5-haiku' -- older_models.lua:204
  WHEN "model" = 'claude-4-sonnet' COLLATE BINARY THEN 'claude-4.5-sonnet' -- older_models.lua:682
  WHEN "model" = 'claude-3.5-sonnet' COLLATE BINARY THEN 'claude-4.0-sonnet' -- older_models.lua:704
END
WHERE typeof("model") = 'text' AND "model" COLLATE BINARY IN (
  'claude-4-opus',
  'claude-3.5-haiku',
  'claude-4-sonnet',
  'claude-3.5-sonnet'
);

COMMIT;
