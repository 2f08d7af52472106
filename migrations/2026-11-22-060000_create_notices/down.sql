DROP TABLE notice_texts;
DROP TABLE notices;
DROP FUNCTION refuse_published_text_change;
DROP FUNCTION refuse_notice_change;
