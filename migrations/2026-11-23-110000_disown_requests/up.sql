-- When whoever got it said not to be the child's guardian: what was refused about this child at this address was refused by
-- nobody then. What the same address refused about another child stands.
ALTER TABLE consent_requests ADD COLUMN disowned_at timestamptz;

UPDATE consent_requests r SET disowned_at = s.created_at FROM consent_suppressions s
WHERE s.contact_hash = r.contact_hash AND s.created_at >= r.created_at AND r.closed_at IS NOT NULL
  AND EXISTS (SELECT FROM consents c WHERE c.request_id = r.id AND c.state = 'denied');
