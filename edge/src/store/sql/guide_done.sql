SELECT EXISTS (SELECT 1 FROM partner) AS partners, EXISTS (SELECT 1 FROM link) AS links, EXISTS (SELECT 1 FROM transfer) AS transfers
