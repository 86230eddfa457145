UPDATE audit SET before = '', after = '' WHERE subject = ?1 AND (what LIKE 'partner.%' OR what = 'requisites.changed')
