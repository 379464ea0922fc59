-- Keys and values of blocks: the finding is at the key that nobody knows, at the value that does not fit, or at the name of the block that
-- lacks something.
return {}
