-- What a revision took out of effect, as subscribers were told: the change feed tells it again from here.
ALTER TABLE changes ADD COLUMN IF NOT EXISTS supersedes Array(String);
