UPDATE orders SET decided_revision = ?2 WHERE id = ?1 AND decided_revision < ?2
