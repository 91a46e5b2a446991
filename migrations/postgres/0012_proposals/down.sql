DROP TABLE disclosures;
DROP TABLE proposals;
